internal import DOELinux
internal import DOEMonitor
internal import DOEWords

// Names that come late. A connection that was not named in time is served all the same, as nobody's; once it is known
// whose it is, it is that one's, with all that is charged for it.
extension ProxyServer {
    /// What the connection itself says has to do. The name is still waited for, by nobody else.
    func isLate(_ token: UInt64) {
        guard let arrival = arrivals[token] else {
            // It has gone meanwhile, and whoever was to name it is at it yet.
            deadlines[token] = nil
            return identities.giveUp(token)
        }
        identities.isLate(token)
        lateNames.insert(token)
        arrived(token, arrival.client)
    }

    /// It is known who has this connection.
    func isNamed(_ token: UInt64, _ learned: LearnedClient) {
        guard arrivals[token] == nil else { return arrived(token, learned) }
        guard lateNames.remove(token) != nil, let endpoint = endpoints[token], let seat = seats[token] else { return }
        let holder = AccountHolder(of: learned.client)
        if holder != seat.holder, let limit = move(token, from: seat, to: holder) {
            return endBeyond(limit, token, endpoint, seat, of: learned.client, holder)
        }
        endpoint.isNamed(learned, chargedTo: holder)
    }

    /// Nobody needs the name any more.
    func forgetName(of token: UInt64) {
        if lateNames.remove(token) != nil { identities.giveUp(token) }
    }

    /// Its place is another holder's from now on; the limit where he has none for it, and it keeps the one that it
    /// has.
    private func move(_ token: UInt64, from seat: Seat, to holder: AccountHolder) -> ClientLimit? {
        // First, so that it does not stand in its own way.
        seat.release(token)
        guard let limit = sit(token, holder, at: seat.entrance) else { return nil }
        seat.door.places.take(token, for: seat.holder)
        return limit
    }

    /// Its holder has as many as he may have without it: what is under way gets its answer, and nothing more is
    /// begun.
    private func endBeyond(
        _ limit: ClientLimit, _ token: UInt64, _ endpoint: any Endpoint, _ seat: Seat, of client: Client,
        _ holder: AccountHolder
    ) {
        let accounts = seat.door.accounts
        accounts.note(limit)
        let count = seat.door.places.count(of: holder)
        refusals.note(
            limit, at: seat.entrance.mailbox, by: client,
            because: accounts.sentence(limit, of: holder, connections: count))
        guard endpoint.rest == nil else { return letGo(token) }
        ending.insert(token)
        keep(endpoint, token, true)
    }
}
