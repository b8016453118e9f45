public import DOELinux

/// The narrowest rules that would have let pass what was refused, or passed with a warning.
public struct Suggestions: Sendable, Encodable {
    /// One rule, and what it is for.
    public struct Suggestion: Hashable, Sendable, Encodable {
        /// The rule as it is written.
        public let rule: String
        /// `10de:01 vendor-specific object by uid 1000 /usr/bin/tool`
        public let what: String
        /// What was decided then, `deny by default`; several where it was not always the same.
        public let then: [String]
        /// What the rules in force say, one sentence without a full stop.
        public let now: String
        /// How often, and when.
        public let seen: Occurrences
    }

    /// Exchanges for which there is no rule.
    public struct Omission: Hashable, Sendable, Encodable {
        /// `10de:01 vendor-specific object by uid 1000 /usr/bin/tool`
        public let what: String
        /// Why, one sentence without a full stop.
        public let why: String
        /// How often, and when.
        public let seen: Occurrences
    }

    /// The version of this form.
    public let version = 1
    /// Where records were read from.
    public let source: String
    /// How many exchanges are recorded.
    public internal(set) var exchanges = 0
    /// On how many of them the rules were proven; the others are refused whatever rules say, or lack too much.
    public internal(set) var proven = 0
    /// The rules, those for what was missed most often first.
    public internal(set) var suggestions: [Suggestion] = []
    /// What was refused or warned and has no rule here.
    public internal(set) var omitted: [Omission] = []
    /// Where the first rule file in force stands: the suggestions have to be read before it.
    public internal(set) var firstFile: String?
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

    /// Whether everything that is recorded could be read: else the rules are proven on a part.
    public var isComplete: Bool { unread.isEmpty && unreadable == 0 && newer == 0 }

    init(source: String) { self.source = source }
}
