public import DOELinux
public import DOEWords

/// What the trail tells about a stretch of time.
public struct Report: Sendable, Encodable {
    /// How often each value of a field occurred; exchanges only, refused ones included.
    public struct Counts: Hashable, Sendable, Encodable {
        /// By DOE_ROAD.
        public internal(set) var road: [String: Int] = [:]
        /// By DOE_CLASS.
        public internal(set) var objectClass: [String: Int] = [:]
        /// By DOE_VERDICT.
        public internal(set) var verdict: [String: Int] = [:]
        /// By DOE_MAILBOX.
        public internal(set) var mailbox: [String: Int] = [:]
        /// By uid, exe and unit.
        public internal(set) var client: [String: Int] = [:]

        private enum CodingKeys: String, CodingKey {
            case road, verdict, mailbox, client
            case objectClass = "class"
        }
    }

    /// A letter that was raised on a mailbox.
    public struct Taint: Hashable, Sendable, Encodable {
        /// The mailbox; `nil` where the letter is about the whole host.
        public let mailbox: String?
        /// One letter.
        public let letter: String
        /// What the letter means.
        public let meaning: String
        /// How often.
        public internal(set) var count: Int
        /// When first.
        public internal(set) var first: Timestamp?
        /// When last.
        public internal(set) var last: Timestamp?
    }

    /// Version of this structure.
    public let version = 1
    /// Where the records were read.
    public let source: String
    /// Nothing before this was asked for; `nil` for no bound.
    public let since: Timestamp?
    /// Nothing after this was asked for.
    public let until: Timestamp?
    /// How many records lie in the time that was asked for, duplicates not counted.
    public internal(set) var records = 0
    /// How many of them are exchanges.
    public internal(set) var exchanges = 0
    /// How many records were delivered more than once and recognised.
    public internal(set) var duplicates = 0
    /// How many instances wrote them.
    public internal(set) var instances = 0
    /// The first event's time.
    public internal(set) var first: Timestamp?
    /// The last event's time.
    public internal(set) var last: Timestamp?
    /// What needs attention, the worst first.
    public internal(set) var attention: [Finding] = []
    /// How often each value occurred.
    public internal(set) var counts = Counts()
    /// How often each object met each verdict, the most frequent first.
    public internal(set) var objects: [ObjectCount] = []
    /// What was seen past the proxy, the most frequent first.
    public internal(set) var observed: [ObservedCount] = []
    /// What the witness's records say of its own sight.
    public internal(set) var sight = SightSummary()
    /// Letters that were raised.
    public internal(set) var taints: [Taint] = []
    /// Numbers that are missing.
    public internal(set) var gaps: [Gap] = []
    /// Records that do not fit the one before.
    public internal(set) var chainBreaks: [ChainBreak] = []

    /// Files that are there and were not read.
    public internal(set) var unread: [UnreadFile] = []
    /// Records that the time asked for leaves out by their own clock, although one with a lower number is later.
    public internal(set) var misdated = 0
    /// Whether the source holds a record of the trail at all, whenever.
    var hasSeenAny = false

    /// Where to look where there is nothing; a sentence.
    let advice: String

    init(source: TrailSource, asked: AskedTime) {
        self.source = "\(source)"
        (since, until) = (asked.since, asked.until)
        advice = source.adviceWhereEmpty
    }

    /// The time that was asked for.
    var asked: AskedTime { AskedTime(since: since?.microseconds, until: until?.microseconds) }

    /// What can be said of the trail that the report was read from.
    public enum Trail: Hashable, Sendable {
        /// No loss, no gap, nothing changed.
        case whole
        /// Something is missing or was changed.
        case notWhole
        /// Not everything that is there could be read, or there was nothing to read.
        case unknown
    }

    /// What can be said of the trail. What others wrote in its name is named and left out, so it takes nothing away:
    /// else any user could spoil every report.
    public var trail: Trail {
        let kinds = Set(attention.map(\.kind))
        if !kinds.isDisjoint(with: [.recordsLost, .chainBroken, .conflict]) { return .notWhole }
        // A number that is missing may stand in what was not read.
        if !hasSeenAny || !kinds.isDisjoint(with: [.unread, .unreadable, .newer]) { return .unknown }
        return kinds.contains(.gap) ? .notWhole : .whole
    }

    /// Whether the trail says that the taint ledger has lost letters. It takes nothing away from the trail itself.
    public var hasLostTaint: Bool { attention.contains { $0.kind == .taintLost } }

    private enum CodingKeys: String, CodingKey {
        case version, source, since, until, sight, records, exchanges, duplicates, instances, first, last, attention,
            counts, objects,
            observed, taints, gaps
        case chainBreaks, unread, misdated
    }
}
