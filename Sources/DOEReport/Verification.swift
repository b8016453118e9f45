public import DOELinux
public import DOEWords

/// What a check of the whole trail found: the journal, the ring, and what a device says.
public struct Verification: Sendable, Encodable {
    /// The answer in one word.
    public enum Outcome: String, Hashable, Sendable, Encodable {
        /// Every number and every exchange at the device has its record, up to an end that is known from elsewhere.
        case whole
        /// The same up to the last record that is here: nothing says whether there were more.
        case unanchored
        /// It cannot be told: not everything that is there could be read or checked, or there is nothing.
        case unknown
        /// Something is or may be missing, records or letters of taint, and the trail itself says so.
        case accounted
        /// Something is missing or was changed, and nothing in the trail says why.
        case broken
    }

    /// The ring.
    public struct Ring: Hashable, Sendable, Encodable {
        /// Its file.
        public let path: String
        /// How many slots it has.
        public let capacity: Int
        /// Complete records that wait in it for the journal.
        public let closed: Int
        /// How many of those the journal does not hold.
        public let waiting: Int
        /// Records of what is under way, or was cut off by the daemon's end.
        public let open: Int
        /// What is damaged and lost; the daemon's next start records it.
        public let lost: [String]
        /// What is damaged and can be made good.
        public let repairable: [String]
        /// Whether a daemon found a loss that is not on record yet.
        public let owesLoss: Bool
    }

    /// What a device's log says.
    public struct Device: Hashable, Sendable, Encodable {
        /// Exchanges in the log.
        public let executed: Int
        /// How many of them have a record.
        public let recorded: Int
        /// How many have none, and a loss on record may account for them.
        public let accounted: Int
        /// How many have none, and nothing says why.
        public let lost: Int
    }

    /// What says how far an instance went.
    public enum End: String, Hashable, Sendable, Encodable {
        /// The ring.
        case ring
        /// A record that was named by whoever asked.
        case expected
        /// A record of a later instance.
        case named
        /// Nothing, but an instance that was expected came before it: what is later was not asked for.
        case later
    }

    /// One instance.
    public struct Instance: Hashable, Sendable, Encodable {
        /// 32 hexadecimal digits.
        public let instance: String
        /// On which machine, its id; `nil` where the journal does not say.
        public let machine: String?
        /// That machine's name, where the journal has records of several.
        public let host: String?
        /// The lowest number that was seen.
        public let first: UInt64
        /// The highest number that was seen.
        public let last: UInt64
        /// How many records there are, in the journal or in the ring.
        public let records: Int
        /// How many of them only the ring holds.
        public let waiting: Int
        /// How many were delivered more than once and recognised.
        public let duplicates: Int
        /// How many are missing, and a loss on record accounts for them.
        public let accounted: UInt64
        /// How many are missing, and nothing says why.
        public let unexplained: UInt64
        /// How many do not fit the record before.
        public let chainBreaks: Int
        /// What its last number is known from; `nil` where nothing says whether there were more.
        public let end: End?
        /// What follows from that.
        public let outcome: Outcome
    }

    /// Version of this structure.
    public let version = 1
    /// The answer in one word.
    public internal(set) var outcome = Outcome.whole
    /// Which journal was read.
    public let source: String
    /// How many records the journal holds, duplicates not counted.
    public internal(set) var records = 0
    /// The first event's time.
    public internal(set) var first: Timestamp?
    /// The last event's time.
    public internal(set) var last: Timestamp?
    /// The ring; `nil` where it was not read.
    public internal(set) var ring: Ring?
    /// The device's log; `nil` where none was given.
    public internal(set) var device: Device?
    /// How many entries were the same record once more, and were recognised by instance and number.
    public internal(set) var duplicates = 0
    /// Records that do not fit the one before.
    public internal(set) var chainBreaks: [ChainBreak] = []
    /// How many records carry the number of another one.
    public internal(set) var conflicts = 0
    /// Which numbers these are.
    public internal(set) var conflicting: [NumberConflict] = []
    /// What of the trail is not as the ring, an expected record or another instance says; sentences without a full
    /// stop.
    public internal(set) var differences: [String] = []
    /// Why it cannot be told whether the trail is whole; sentences without a full stop.
    public internal(set) var doubts: [String] = []
    /// Files that are there and were not read.
    public internal(set) var unread: [UnreadFile] = []
    /// Whether the journal that was read, or a part of it, lies in memory, and is lost with the machine.
    public internal(set) var isVolatile = false
    /// How many records are of a newer schema, and were not checked.
    public internal(set) var unchecked = 0
    /// Missing numbers that a loss on record accounts for.
    public internal(set) var accountedGaps: [Gap] = []
    /// Missing numbers that nothing accounts for.
    public internal(set) var unexplainedGaps: [Gap] = []
    /// What the trail itself says of losses of records.
    public internal(set) var losses: [String] = []
    /// What it says of letters that the taint ledger has lost.
    public internal(set) var taintLosses: [String] = []
    /// How many entries somebody other than the daemon wrote in the trail's name. They count for nothing.
    public internal(set) var foreign = 0
    /// How many entries of the trail could not be read.
    public internal(set) var unreadable = 0
    /// How many entries the machine's death has torn. They count for nothing: where a record does not stand elsewhere
    /// as well, its number is missing.
    public internal(set) var torn = 0
    /// The instances, in the order in which they first appear.
    public internal(set) var instances: [Instance] = []

    /// Whether it is known of each instance how far it went.
    var isAnchored = false

    /// Where to look where there is nothing; a sentence.
    let advice: String

    init(source: TrailSource) {
        self.source = "\(source)"
        advice = source.adviceWhereEmpty
    }

    /// How many missing records a loss on record accounts for.
    public var accounted: UInt64 { accountedGaps.total }
    /// How many missing records nothing accounts for.
    public var unexplained: UInt64 { unexplainedGaps.total }

    /// Whether the trail itself, or the ring, says that records are or may be lost.
    var mayLackRecords: Bool { !losses.isEmpty || ring?.owesLoss == true }
    /// Whether it says that of anything.
    var hasLossOnRecord: Bool { mayLackRecords || !taintLosses.isEmpty }

    private enum CodingKeys: String, CodingKey {
        case version, outcome, source, records, first, last, ring, device, duplicates, chainBreaks, conflicts,
            accountedGaps, unexplainedGaps, losses, taintLosses, foreign, unreadable, torn, instances, conflicting,
            differences, doubts, unread, unchecked, isVolatile
    }
}

extension [Gap] {
    /// How many numbers these are; a forged number can make a gap of 2^63.
    var total: UInt64 {
        reduce(0) { sum, gap in
            let (next, overflow) = sum.addingReportingOverflow(gap.count)
            return overflow ? .max : next
        }
    }
}
