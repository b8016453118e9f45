public import DOERecord

/// A record as it was read, with what only the journal knows of it.
public struct TrailEntry: Hashable, Sendable {
    /// The record.
    public let record: Record
    /// Who wrote it.
    public let writer: EntryWriter
    /// That machine's name, `_HOSTNAME`.
    public let host: String?

    /// What stands in the entry in our name, where it was read from one.
    private let found: [UInt8]?

    /// An entry from its parts.
    public init(record: Record, writerUID: UInt32?, machine: String? = nil, host: String? = nil) {
        self.init(record: record, found: nil, writer: EntryWriter(uid: writerUID, machine: machine), host: host)
    }

    /// An entry that was read; `found` is what stands in it in our name, `JournalEntry.recordContent`.
    init(record: Record, found: [UInt8]?, writer: EntryWriter, host: String?) {
        self.record = record
        self.found = found
        self.writer = writer
        self.host = host
    }

    /// On which machine, by journald's own field `_MACHINE_ID`; `nil` where there is none.
    public var machine: String? { writer.machine }

    /// What the chain covers of it.
    var content: [UInt8] { found ?? record.encoded }

    /// Whether it is none that a daemon writes, as a second value in it shows: somebody has changed it, whatever the
    /// chain says. Of a newer schema that cannot be told.
    var isAltered: Bool { found.map { $0 != record.encoded && !record.isOfNewerSchema } ?? false }

    /// Whether a daemon may have written it.
    public var isBelievable: Bool { writer.isBelievable }
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
