internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEWords

// Places: who has one, who makes room, and who is refused.
extension ProxyServer {
    /// Gives a connection a place among those of its holder; the limit where there is none.
    func sit(_ token: UInt64, _ holder: AccountHolder, at entrance: Entrance) -> ClientLimit? {
        let door = entrance.door
        let now = Clocks.monotonicMicroseconds
        let payment = door.accounts.payForConnection(of: holder, at: now)
        guard makeRoom(for: holder, at: door, now) else { return .connections }
        let firstTurn: UInt64?
        switch payment {
        case .paid: firstTurn = nil
        case .due(let time): firstTurn = time
        case .refused: return .rate
        }
        seats[token] = Seat(holder: holder, entrance: entrance, firstTurn: firstTurn)
        door.places.take(token, for: holder)
        return nil
    }

    /// Whether there is a place: one that is free, or that of a connection which rests and is let go.
    private func makeRoom(for holder: AccountHolder, at door: Door, _ now: UInt64) -> Bool {
        let answer = door.places.answer(for: holder, at: now) { rest(of: $0, at: now) }
        guard case .instead(let resting) = answer else { return true }
        // What has come meanwhile is a request that may be there whole. It goes after all others, and only for who
        // has none.
        let hasNone = door.places.count(of: holder) == 0
        guard let token = resting.first(where: { !hasIncoming($0) }) ?? (hasNone ? resting.first : nil) else {
            return false
        }
        door.accounts.noteEnd()
        letGo(token)
        return true
    }

    /// Root's connections have a place before they are named, and then have just come.
    private func rest(of token: UInt64, at now: UInt64) -> Rest? {
        arrivals[token] != nil ? Rest(kind: .silent, since: now) : endpoints[token]?.rest
    }

    private func hasIncoming(_ token: UInt64) -> Bool {
        arrivals[token]?.hasIncoming ?? endpoints[token]?.hasIncoming ?? true
    }

    /// Ends the connections that have rested for too long.
    func endRests(at now: UInt64) {
        for door in [mailboxDoor, controlDoor] {
            guard let next = door.restWatch.next, next <= now else { continue }
            let connections = seats.filter { $0.value.door === door && endpoints[$0.key] != nil }.map {
                (token: $0.key, isTCP: $0.value.entrance.isTCP, rest: rest(of: $0.key, at: now))
            }
            for token in door.restWatch.due(at: now, connections) { letGo(token) }
        }
    }

    func letGo(_ token: UInt64) {
        if let arrival = arrivals[token] {
            _ = try? arrival.connection.send(arrival.entrance.goodbye[...])
            return turnAway(token)
        }
        guard let endpoint = endpoints[token] else { return }
        endpoint.sayGoodbye()
        keep(endpoint, token, false)
    }

    /// There is no place: its client hears so in a moment, or has the bare end at once where too many are to hear it.
    func refuse(
        _ connection: StreamSocket, _ holder: AccountHolder, _ limit: ClientLimit, at entrance: Entrance,
        of client: Client? = nil
    ) {
        let (door, now) = (entrance.door, Clocks.monotonicMicroseconds)
        // Who is not named yet has as many as may wait for that.
        let count = client == nil ? door.accounts.limits.share(of: holder).connections : door.places.count(of: holder)
        func sentence() -> String { door.accounts.sentence(limit, of: holder, connections: count) }
        door.accounts.note(limit)
        guard refused.hasRoom(for: holder) else {
            // Others of its kind were looked at, so that one is on record as who it is.
            turningAway.count(at: now)
            let client = client ?? Client(via: .known(.unix), uid: holder.uid.map { .known($0) } ?? .unknown)
            return refusals.note(limit, at: entrance.mailbox, by: client, because: sentence())
        }
        // Its process is not looked at.
        let client = client ?? PeerIdentity.client(PeerCredentials(of: connection.descriptor))
        refusals.note(limit, at: entrance.mailbox, by: client, because: sentence())
        let stream = ConnectionStream(connection)
        stream.queue(entrance.refusal(limit, sentence()))
        refused.keep(stream, of: holder, at: now)
    }
}

extension AccountHolder {
    /// The uid, where that is all there is.
    fileprivate var uid: UInt32? {
        switch self {
        case .root: 0
        case .user(let uid): uid
        default: nil
        }
    }
}
