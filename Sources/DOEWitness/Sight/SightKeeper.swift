internal import DOETrace
internal import DOEWords

/// What the witness knows of its own sight, and what of that is news. Pure; times are wall clock, microseconds.
struct SightKeeper: Sendable {
    /// Since when it sees, or is blind.
    private(set) var since: UInt64
    /// Where the time began that ended at `since` and in which nobody looked; `nil` while it has not seen yet.
    private(set) var unseenSince: UInt64?
    /// Why it is blind; `nil` while it sees.
    private(set) var blindness: Obstacle?
    /// Events that were lost since the start.
    private(set) var missed: UInt64 = 0

    /// It does not see yet.
    init(startsAt now: UInt64) {
        since = now
        blindness = Obstacle("it has not begun yet")
    }

    /// It sees from now on, for the first time since the daemon's start.
    mutating func begins(at now: UInt64, unseenSince: UInt64, _ cause: UnseenCause) -> [SightNews] {
        since = now
        self.unseenSince = unseenSince
        blindness = nil
        return [.sees(unseenSince: unseenSince, cause)]
    }

    /// It sees nothing. Told once; another reason while it is blind is shown and not told.
    mutating func isBlind(_ obstacle: Obstacle, since time: UInt64, isStart: Bool = false) -> [SightNews] {
        let wasBlind = blindness != nil && !isStart
        blindness = obstacle
        guard !wasBlind else { return [] }
        since = time
        return [.blind(obstacle)]
    }

    /// What a check of the probes found; `since` is the wall clock of each finding's last time at which all was
    /// right.
    mutating func checked(_ findings: [(finding: ProbeFinding, since: UInt64)], at now: UInt64) -> [SightNews] {
        var news: [SightNews] = []
        if let since = findings.map(\.since).min() {
            news = isBlind(Self.together(findings.map(\.finding)), since: since)
        }
        guard blindness != nil, findings.allSatisfy(\.finding.isMended) else { return news }
        news.append(.sees(unseenSince: since, .gap))
        unseenSince = since
        since = now
        blindness = nil
        return news
    }

    /// A record is to be read.
    private static let mostNamed = 6

    /// One for all that a check found: what is not put right comes first, and of that what takes all sight.
    private static func together(_ findings: [ProbeFinding]) -> Obstacle {
        let ranked = findings.enumerated().sorted { one, other in
            (one.element.rank, one.offset) < (other.element.rank, other.offset)
        }.map(\.element)
        let named = ranked.prefix(mostNamed).map(\.obstacle.problem).joined(separator: "; ")
        let more = ranked.count > mostNamed ? "; and \(ranked.count - mostNamed) more" : ""
        return Obstacle(named + more, remedy: ranked.first?.obstacle.remedy)
    }

    /// So many events were lost in a place since it was asked last.
    mutating func lost(_ count: UInt64, in place: String) -> [SightNews] {
        guard count > 0 else { return [] }
        missed += count
        return [.missed(count: count, place: place)]
    }
}

extension ProbeFinding {
    fileprivate var rank: Int { isMended ? 2 : extent == .blind ? 0 : 1 }
}
