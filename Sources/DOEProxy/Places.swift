internal import DOEWords

/// Whose the places of connections are at one kind of socket, and who goes where there is none for a newcomer. Pure;
/// times are monotonic, in microseconds.
///
/// A holder may have a share. And the holders who are not root leave each at least as much as he has himself to all
/// the others, as in the ring: a few who work together halve what is left. When it is used up there is still one
/// place for each of as many again who have none, so that a dozen of them keep nobody out. A connection that rests
/// gives its place up where it is needed. What is under way is never ended.
struct Places {
    /// Whether there is a place for another connection.
    enum Answer: Hashable {
        case free
        /// In place of one of these, the first before the others; none where nobody rests.
        case instead(of: [UInt64])
    }

    /// Else many who have one connection each would end each other's before they could use them.
    fileprivate static let shortestRest: UInt64 = 1_000_000
    /// For so long nobody else's are looked through again where nobody was found: a flood must not cost that each
    /// time.
    private static let pause: UInt64 = 10_000

    private let limits: ClientLimits
    private var taken: [AccountHolder: [UInt64]] = [:]
    private var others = 0
    /// Who has so many, or more, finds nobody's until then.
    private var nobody: (own: Int, until: UInt64) = (0, 0)

    init(_ limits: ClientLimits) { self.limits = limits }

    /// How many this holder has.
    func count(of holder: AccountHolder) -> Int { taken[holder]?.count ?? 0 }

    /// Whether there is a place for this holder; `rest` says how a connection rests, `nil` where it does not.
    mutating func answer(for holder: AccountHolder, at now: UInt64, rest: (UInt64) -> Rest?) -> Answer {
        let own = taken[holder] ?? []
        let hasShare = own.count >= limits.share(of: holder).connections
        if !hasShare, holder == .root || own.count < limits.connectionsOfAll - others { return .free }
        if own.isEmpty, others < 2 * limits.connectionsOfAll { return .free }
        // His own go before those of others.
        let resting = resting(own, atLeast: { $0 == .silent ? 0 : limits.shortestRest }, at: now, rest)
        guard resting.isEmpty, !hasShare, now >= nobody.until || own.count < nobody.own else {
            return .instead(of: Candidate.inOrder(resting))
        }
        let ofOthers = candidates(besides: holder, own: own.count, at: now, rest)
        if ofOthers.isEmpty { nobody = (own.count, now + Self.pause) }
        return .instead(of: Candidate.inOrder(ofOthers))
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

    /// Those of the holders from whom a place may go to one who has so many: none who would then have fewer than he.
    private func candidates(
        besides holder: AccountHolder, own: Int, at now: UInt64, _ rest: (UInt64) -> Rest?
    ) -> [Candidate] {
        var found: [Candidate] = []
        for (other, tokens) in taken where other != .root && other != holder && (own == 0 || tokens.count > own + 1) {
            // Who has none is not kept waiting by who has several.
            let least = own == 0 && tokens.count > 1 ? 0 : Self.shortestRest
            found += resting(tokens, atLeast: { _ in least }, at: now, rest)
        }
        return found
    }

    /// Those of a holder's connections that have rested for long enough.
    private func resting(
        _ tokens: [UInt64], atLeast least: (Rest.Kind) -> UInt64, at now: UInt64, _ rest: (UInt64) -> Rest?
    ) -> [Candidate] {
        tokens.compactMap { token in
            guard let rest = rest(token), rest.time(at: now) >= max(least(rest.kind), rest.leastOnItsWay) else {
                return nil
            }
            return Candidate(token: token, rest: rest, count: tokens.count)
        }
    }
}

/// A connection that may give its place up.
private struct Candidate {
    let token: UInt64
    let rest: Rest
    /// How many its holder has.
    let count: Int

    /// Of who has most; who never asked goes first, then who has rested for longest.
    static func inOrder(_ candidates: [Self]) -> [UInt64] {
        candidates.sorted { $0.order < $1.order }.map(\.token)
    }

    private var order: (Int, Int, UInt64, UInt64) { (-count, rest.kind == .silent ? 0 : 1, rest.since, token) }
}

extension Rest {
    /// A frame or an answer that is on its way is not cut off at once.
    fileprivate var leastOnItsWay: UInt64 { kind == .half || kind == .deaf ? Places.shortestRest : 0 }
}
