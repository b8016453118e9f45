public import DOELinux
public import DOEWords

/// What a policy would have made of what is recorded.
public struct Backtest: Sendable, Encodable {
    /// The version of this form.
    public let version = 1
    /// Where records were read from.
    public let source: String
    /// The first and the last exchange.
    public internal(set) var first: Timestamp?
    /// The same.
    public internal(set) var last: Timestamp?
    /// How many exchanges are recorded.
    public internal(set) var exchanges = 0
    /// How many of them would have had the verdict that they had.
    public internal(set) var unchanged = 0
    /// How many of these are refused whatever rules say: malformed, an SPDM talk that another client had, and so on.
    public internal(set) var beyondRules = 0
    /// What would have been decided otherwise, the most important first.
    public internal(set) var changes: [BacktestChange] = []
    /// How many could not be judged, since their records do not carry what the rules ask for.
    public internal(set) var notJudged = 0
    /// What they lack, and how many of them; one may lack several.
    public internal(set) var lacking: [Lack] = []
    /// Entries in the trail's name that somebody other than the daemon wrote, not counted.
    public internal(set) var foreign = 0
    /// Entries that could not be read.
    public internal(set) var unreadable = 0
    /// Why the ring was not read, where it might have been.
    public internal(set) var ringProblem: String?
    /// Files that are there and were not read: what stands in them is missing here.
    public internal(set) var unread: [UnreadFile] = []
    /// Records of a newer schema, which may say more than is known here.
    public internal(set) var newer = 0

    /// What records lack.
    public struct Lack: Hashable, Sendable, Encodable {
        /// `the client's groups`
        public let what: String
        /// How many records.
        public let count: Int
    }

    init(source: String) { self.source = source }

    /// Whether everything that is recorded could be read: else "no difference" is said of a part.
    public var isComplete: Bool { unread.isEmpty && unreadable == 0 && newer == 0 }

    /// How many exchanges would have been decided otherwise.
    public var changed: Int { changes.reduce(0) { $0 + $1.seen.count } }
}

/// Exchanges of one kind that would have been decided otherwise, and alike.
public struct BacktestChange: Hashable, Sendable, Encodable {
    /// What changes for them.
    public enum Effect: Int, Hashable, Sendable, CaseIterable {
        /// It was refused, and would have passed.
        case newlyAllowed
        /// It passed loudly, and would have passed in silence.
        case quieter
        /// It passed, and would have been refused.
        case newlyRefused
        /// It passed in silence, and would have passed loudly.
        case louder
    }

    /// `10de:01 vendor-specific object`
    public let object: String
    /// What the object is: as it was seen then, and as it is seen by the rules that are tried.
    public let classes: [ObjectClass]
    /// `uid 1000 /usr/bin/tool`
    public let who: String
    /// The verdict then.
    public let then: Verdict
    /// The verdict of the rules that are tried.
    public let now: Verdict
    /// Who decided then.
    public let decidedBefore: String
    /// Who decides now.
    public let decidedNow: String
    /// The rule that decides now, as it is written.
    public let rule: String?
    /// How often, and when.
    public internal(set) var seen = Occurrences()

    /// What changes.
    public var effect: Effect {
        switch (then == .deny, now == .deny) {
        case (true, _): .newlyAllowed
        case (_, true): .newlyRefused
        default: now == .allow ? .quieter : .louder
        }
    }

    /// Whether it opens what may harm a device.
    public var isAlarming: Bool {
        effect == .newlyAllowed && classes.contains { $0 == .compliance || $0 == .vendor }
    }

    private enum CodingKeys: String, CodingKey {
        case object, classes, who, then, now, effect, alarming, count, first, last, decidedBefore, decidedNow, rule
    }

    /// Words for verdicts and classes, RFC 3339 for times.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(object, forKey: .object)
        try container.encode(classes.map(\.rawValue), forKey: .classes)
        try container.encode(who, forKey: .who)
        try container.encode(then.rawValue, forKey: .then)
        try container.encode(now.rawValue, forKey: .now)
        try container.encode("\(effect)", forKey: .effect)
        try container.encode(isAlarming, forKey: .alarming)
        try container.encode(seen.count, forKey: .count)
        try container.encode(seen.first, forKey: .first)
        try container.encode(seen.last, forKey: .last)
        try container.encode(decidedBefore, forKey: .decidedBefore)
        try container.encode(decidedNow, forKey: .decidedNow)
        try container.encode(rule, forKey: .rule)
    }
}
