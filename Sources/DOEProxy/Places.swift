internal import DOEWords

/// Whose the places of connections are at one kind of socket, and who goes where there is none for a newcomer. Pure; times
/// are monotonic, in microseconds.
///
/// A holder may have a share. And the holders who are not root leave each at least as much as he has himself to all the
/// others, as in the ring: a few who work together halve what is left and never get all of it. A connection that rests
/// gives its place up where it is needed. What is under way is never ended.
struct Places {
    /// Whether there is a place for another connection.
    enum Answer: Hashable {
        case free
        /// In place of one of these, the first before the others; none where nobody rests.
        case instead(of: [UInt64])
    }

    private let limits: ClientLimits
    private var taken: [AccountHolder: [UInt64]] = [:]
    private var others = 0

    init(_ limits: ClientLimits) { self.limits = limits }

    /// How many this holder has.
    func count(of holder: AccountHolder) -> Int { taken[holder]?.count ?? 0 }

    /// Whether there is a place for this holder; `rest` says how a connection rests, `nil` where it does not.
    func answer(for holder: AccountHolder, at now: UInt64, rest: (UInt64) -> Rest?) -> Answer {
        let own = count(of: holder)
        let hasShare = own >= limits.share(of: holder).connections
        if !hasShare, holder == .root || own < limits.connectionsOfAll - others { return .free }
        // His own go before those of others.
        var resting = tokens(of: holder, atLeast: limits.shortestRest, silent: 0, at: now, rest)
        if !hasShare {
            for (other, count) in crowded(besides: holder, own: own) {
                // Who has none is not kept waiting by who has several.
                let least = own == 0 && count > 1 ? 0 : Self.shortestRest
                resting += tokens(of: other, atLeast: least, silent: least, at: now, rest)
            }
        }
        return .instead(of: resting)
    }

    /// A holder's connection has a place.
    mutating func take(_ token: UInt64, for holder: AccountHolder) {
        taken[holder, default: []].append(token)
        if holder != .root { others += 1 }
    }

    /// It has ended.
    mutating func giveBack(_ token: UInt64, of holder: AccountHolder) {
        guard let place = taken[holder]?.firstIndex(of: token) else { return }
        taken[holder]?.remove(at: place)
        if taken[holder]?.isEmpty == true { taken[holder] = nil }
        if holder != .root { others -= 1 }
    }

    /// Else many who have one connection each would end each other's before they could use them, and a frame or an answer
    /// that is on its way would not arrive.
    private static let shortestRest: UInt64 = 1_000_000

    /// The holders from whom a place may go to one who has so many, those with the most first: none who would then have
    /// fewer than he.
    private func crowded(besides holder: AccountHolder, own: Int) -> [(AccountHolder, Int)] {
        taken.map { ($0.key, $0.value.count) }
            .filter { $0.0 != .root && $0.0 != holder && ($0.1 > own + 1 || own == 0) }
            .sorted { ($0.1, $1.0.description) > ($1.1, $0.0.description) }
    }

    /// Who never asked goes first, then who has rested for longest.
    private func tokens(
        of holder: AccountHolder, atLeast least: UInt64, silent: UInt64, at now: UInt64, _ rest: (UInt64) -> Rest?
    ) -> [UInt64] {
        (taken[holder] ?? []).compactMap { token in rest(token).map { (token, $0) } }
            .filter { _, rest in
                switch rest.kind {
                case .silent: rest.time(at: now) >= silent
                case .answered: rest.time(at: now) >= least
                case .half, .deaf: rest.time(at: now) >= max(least, Self.shortestRest)
                }
            }
            .sorted { ($0.1.order, $0.1.since, $0.0) < ($1.1.order, $1.1.since, $1.0) }.map(\.0)
    }
}

extension Rest {
    fileprivate var order: Int { kind == .silent ? 0 : 1 }
}
