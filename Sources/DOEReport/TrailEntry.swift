public import DOERecord

/// A record as it was read, with what only the journal knows of it.
public struct TrailEntry: Hashable, Sendable {
    /// The record.
    public let record: Record
    /// Who wrote it, by journald's own field `_UID`; `nil` where there is none.
    public let writerUID: UInt32?
    /// On which machine, by journald's own field `_MACHINE_ID`; `nil` where there is none.
    public let machine: String?
    /// That machine's name, `_HOSTNAME`.
    public let host: String?

    /// What stands in the entry in our name, where it was read from one.
    private let found: [UInt8]?

    /// An entry from its parts.
    public init(record: Record, writerUID: UInt32?, machine: String? = nil, host: String? = nil) {
        self.init(record: record, found: nil, writerUID: writerUID, machine: machine, host: host)
    }

    /// An entry that was read; `found` is what stands in it in our name, `JournalEntry.recordContent`.
    init(record: Record, found: [UInt8]?, writerUID: UInt32?, machine: String?, host: String?) {
        self.record = record
        self.found = found
        self.writerUID = writerUID
        self.machine = machine
        self.host = host
    }

    /// What the chain covers of it.
    var content: [UInt8] { found ?? record.encoded }

    /// Whether it is none that a daemon writes, as a second value in it shows: somebody has changed it, whatever the
    /// chain says. Of a newer schema that cannot be told.
    var isAltered: Bool { found.map { $0 != record.encoded && !record.isOfNewerSchema } ?? false }

    /// Whether root wrote it. Anybody may write to the journal in the trail's name; and where it is not said who did,
    /// anybody may have.
    public var isBelievable: Bool { Self.isBelievable(writerUID) }

    static func isBelievable(_ uid: UInt32?) -> Bool { uid == 0 }
}

/// An entry of ours that this version does not understand, of which it can be told which record it is.
struct StrangeRecord: Hashable, Sendable {
    let key: TrailKey
    let sequence: UInt64
    /// Its DOE_CHAIN, as far as that can be read.
    let chainText: String?
    /// DOE_TIME, microseconds since 1970.
    let time: UInt64?
}

/// Whose numbers: two machines may have one instance, where one's disk is a copy of the other's.
struct TrailKey: Hashable, Sendable {
    let machine: String?
    let instance: String
}
