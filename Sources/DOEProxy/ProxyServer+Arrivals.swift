internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEWords

// Connections, from the door until they have an endpoint.
extension ProxyServer {
    /// How long a connection waits until it is known whose it is, microseconds. What is not known then is unknown as
    /// long as it is not.
    static let identityTime: UInt64 = 200_000

    /// What a connection takes until it is named: its own, its process, what is looked at of that, one in spare. Who is
    /// let in must be named all the same, or is refused for want of a descriptor.
    private static let descriptorsToName = 4
    /// Kept for what else goes on: rules that are loaded, files of the journal, lines of the kernel log.
    private static let descriptorsKept = 8

    func listen(on socket: ListeningSocket, _ entrance: Entrance) throws(LinuxError) {
        let room = DescriptorRoom(socket.descriptor)
        let listener = Listener(socket) { [unowned self] in
            let now = Clocks.monotonicMicroseconds
            let door = entrance.door
            return turningAway.restEnd(at: now)
                ?? (entrance.isTCP ? door.tcpNames.nextToken(at: now) : door.stage.restEnd(at: now))
        } shortage: { [unowned self] in
            let needed = Self.descriptorsKept + Self.descriptorsToName * (arrivals.count + 1)
            return room.shortage(of: needed, highest: highestNumber, for: socket.place)
        } failed: { [acceptTrouble] in
            acceptTrouble.note($0)
        } welcome: { [unowned self] connection in
            receive(connection, at: entrance)
        }
        try add(listener, takeToken())
    }

    /// Root has places of his own, and is counted at once, as TCP clients are. Of all others a uid is known, and they
    /// are counted when they are named.
    private func receive(_ connection: StreamSocket, at entrance: Entrance) {
        highestNumber = max(highestNumber, connection.descriptor.number)
        let now = Clocks.monotonicMicroseconds
        if entrance.isTCP { return receiveOverTCP(connection, at: entrance, now) }
        let token = takeToken()
        // First of all what costs least: who is refused here is not looked at.
        let first = AccountHolder(uid: PeerCredentials.uid(of: connection.descriptor), loginUID: nil, unit: .none)
        if first == .root {
            if let limit = sit(token, first, at: entrance) { return refuse(connection, first, limit, at: entrance) }
        } else if let limit = step(token, first, at: entrance, now) {
            return refuse(connection, first, limit, at: entrance)
        }
        identify(connection, token, at: entrance)
    }

    /// Whose the socket at the other end is the kernel says at once, as long as it is open: a flood of others must
    /// not make a client nobody, who shares with them. Who has gone without a word asked for nothing.
    private func receiveOverTCP(_ connection: StreamSocket, at entrance: Entrance, _ now: UInt64) {
        guard !connection.hasEnded else { return turningAway.count(at: now) }
        _ = entrance.door.tcpNames.take(at: now)
        let client = LearnedClient(PeerIdentity.tcpClient(at: connection.descriptor), process: nil)
        settle(takeToken(), Arrival(connection, client, entrance))
    }

    /// Takes it among those that are to be named; the limit where there is no room.
    private func step(
        _ token: UInt64, _ first: AccountHolder, at entrance: Entrance, _ now: UInt64
    ) -> ClientLimit? {
        switch entrance.door.stage.take(token, of: first, at: now) {
        case .refused(let limit): return limit
        case .taken: break
        case .instead(let own):
            // Whoever came before and says nothing; a request that may be there whole is not lost.
            guard let silent = own.first(where: { arrivals[$0].map { !$0.hasIncoming } ?? false }) else {
                return .connections
            }
            let deadline = deadlines[silent]
            if let arrival = leaveStage(silent) { refuse(arrival.connection, first, .connections, at: entrance) }
            // Nothing hangs yet: who counted it so would keep the next ones from being named.
            if identities.isUnwanted(silent) { deadlines[silent] = deadline }
            entrance.door.stage.put(token, of: first, at: now)
        }
        return nil
    }

    private func identify(_ connection: StreamSocket, _ token: UInt64, at entrance: Entrance) {
        let credentials = PeerCredentials(of: connection.descriptor)
        let process = credentials.flatMap { _ in HeldProcess(connectedTo: connection.descriptor) }
        arrivals[token] = Arrival(
            connection, LearnedClient(PeerIdentity.client(credentials), process: process), entrance)
        deadlines[token] = Clocks.monotonicMicroseconds + Self.identityTime
        let peer = Peer(
            connection: connection.descriptor, credentials: credentials, process: process,
            acceptedAt: Clocks.boottimeMicroseconds)
        let isBegun = identities.identify(peer, number: token) { [identified] in identified.put(token, $0) }
        if !isBegun { isLate(token) }
    }

    /// This much is known of the client, and no more will be waited for.
    func arrived(_ token: UInt64, _ client: LearnedClient) {
        guard let arrival = leaveStage(token) else { return }
        settle(token, Arrival(arrival.connection, client, arrival.entrance))
    }

    /// The server stops: nothing is begun any more.
    func turnAway(_ token: UInt64) {
        identities.giveUp(token)
        _ = leaveStage(token)
        release(token)
    }

    private func leaveStage(_ token: UInt64) -> Arrival? {
        guard let arrival = arrivals.removeValue(forKey: token) else { return nil }
        deadlines[token] = nil
        arrival.entrance.door.stage.giveBack(token)
        return arrival
    }

    /// Gives it a place among those of its holder, if it has none yet, and an endpoint.
    private func settle(_ token: UInt64, _ arrival: Arrival) {
        let entrance = arrival.entrance
        let holder = AccountHolder(of: arrival.client.client)
        if seats[token] == nil, let limit = sit(token, holder, at: entrance) {
            forgetName(of: token)
            return refuse(arrival.connection, holder, limit, at: entrance, of: arrival.client.client)
        }
        let newcomer = Newcomer(
            connection: arrival.connection, client: ConnectionClient(arrival.client, token), holder: holder,
            token: token,
            firstTurn: seats[token]?.firstTurn)
        do throws(LinuxError) {
            try add(entrance.welcome(newcomer), token)
            entrance.door.restWatch.came(at: Clocks.monotonicMicroseconds)
        } catch {
            forgetName(of: token)
            release(token)
        }
    }
}
