internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEWords

// Connections, from the door until they have an endpoint.
extension ProxyServer {
    /// How long a connection waits until it is known whose it is, microseconds. What is not known then is unknown.
    private static let identityTime: UInt64 = 200_000

    typealias Welcome = (StreamSocket, LearnedClient, _ token: UInt64) -> any Endpoint

    func listen(
        on socket: ListeningSocket, _ mailbox: ServedMailbox?, _ accounts: ClientAccounts, welcome: @escaping Welcome,
        refusal: @escaping (ClientLimit, _ because: String) -> [UInt8]
    ) throws(LinuxError) {
        let listener = Listener(socket) { [unowned self] connection in
            // Of a TCP peer the kernel says nothing by itself.
            let credentials = socket.isTCP ? nil : PeerCredentials(of: connection.descriptor)
            let client = socket.isTCP ? PeerIdentity.tcpClient : PeerIdentity.client(credentials)
            // Whom the kernel cannot name, a TCP client too, shares the places of nobody's number.
            let uid = credentials?.uid ?? .max
            if let limit = admit(uid, in: accounts) {
                // Its process is not looked at.
                let sentence = accounts.sentence(limit, of: uid)
                refusals.note(limit, at: mailbox?.name, by: client, because: sentence)
                let stream = ConnectionStream(connection)
                stream.queue(refusal(limit, sentence))
                return linger(stream, of: uid)
            }
            let token = takeToken()
            seats[token] = Seat(of: uid, in: accounts)
            let process = credentials.flatMap { _ in HeldProcess(connectedTo: connection.descriptor) }
            let learned = LearnedClient(client, process: process)
            arrivals[token] = Arrival(connection: connection, client: learned) { welcome(connection, $0, token) }
            identify(
                Peer(
                    connection: connection.descriptor, isTCP: socket.isTCP, credentials: credentials, process: process,
                    acceptedAt: Clocks.boottimeMicroseconds), token)
        }
        try add(listener, takeToken())
    }

    private func identify(_ peer: Peer, _ token: UInt64) {
        deadlines[token] = Clocks.monotonicMicroseconds + Self.identityTime
        let isBegun = identities.identify(peer, number: token) { [identified] in identified.put(token, $0) }
        if !isBegun { isLate(token) }
    }

    /// This much is known of the client, and no more will be waited for.
    func arrived(_ token: UInt64, _ client: LearnedClient) {
        guard let arrival = arrivals.removeValue(forKey: token) else { return }
        deadlines[token] = nil
        do throws(LinuxError) {
            try add(arrival.welcome(client), token)
        } catch {
            release(token)
        }
    }

    /// What the connection itself says has to do.
    func isLate(_ token: UInt64) {
        guard let arrival = arrivals[token] else { return }
        identities.giveUp(token)
        arrived(token, arrival.client)
    }

    /// The server stops: nothing is begun any more.
    func turnAway(_ token: UInt64) {
        identities.giveUp(token)
        arrivals[token] = nil
        deadlines[token] = nil
        release(token)
    }
}

// Places.
extension ProxyServer {
    /// Counts a connection; the limit where there is no place for it.
    private func admit(_ uid: UInt32, in accounts: ClientAccounts) -> ClientLimit? {
        let now = Clocks.monotonicMicroseconds
        let limit = accounts.admitConnection(of: uid, at: now)
        guard limit == .connections, accounts === controlAccounts, makeRoom(for: uid) else { return limit }
        return accounts.admitConnection(of: uid, at: now)
    }

    /// On the control socket nobody is kept out by connections that only stand there, his own least of all: the one that
    /// has been idle longest goes. Root's go for root alone.
    private func makeRoom(for uid: UInt32) -> Bool {
        let idle = seats.filter { token, seat in
            seat.isOne(of: controlAccounts) && (uid == seat.uid || (uid != 0 && seat.uid != 0))
        }.compactMap { token, seat in
            idleTime(of: token).map { (token: token, isOther: seat.uid != uid, since: $0) }
        }
        guard let longest = idle.min(by: { ($0.isOther ? 1 : 0, $0.since) < ($1.isOther ? 1 : 0, $1.since) }) else {
            return false
        }
        letGo(longest.token)
        return true
    }

    /// Since when nothing is owed to this client of the control socket; `nil` where something is. Who has just come and is
    /// still to be named is owed nothing, and goes after all others.
    private func idleTime(of token: UInt64) -> UInt64? {
        guard arrivals[token] == nil else { return .max }
        guard let connection = endpoints[token] as? ControlConnection, connection.isIdle else { return nil }
        return connection.lastUse
    }

    private func letGo(_ token: UInt64) {
        if let arrival = arrivals[token] {
            _ = try? arrival.connection.send(ControlAnswer.lastBytes(of: .madeRoom)[...])
            return turnAway(token)
        }
        guard let connection = endpoints[token] as? ControlConnection else { return }
        connection.sayGoodbye(.madeRoom)
        keep(connection, token, false)
    }
}
