internal import DOERecord

/// A slot that holds an opened record.
struct OpenSlot: Sendable {
    let slot: Int
    /// Marks the two halves as belonging together.
    let ticket: UInt64
    let stamp: EventStamp
    let owner: RecordOwner
    /// The opening half's.
    let content: SealedContent
}

/// A complete record and the slot it goes into.
struct ClosingRecord: Sendable {
    let record: Record
    let open: OpenSlot
}

/// When an event was, taken when its record is opened.
struct EventStamp: Sendable, Hashable {
    let boot: String
    let time: UInt64
    let monotonic: UInt64

    init(boot: String, time: UInt64, monotonic: UInt64) {
        self.boot = boot
        self.time = time
        self.monotonic = monotonic
    }

    /// The stamp that an opened record carries.
    init(of record: Record) {
        boot = record[.boot] ?? ""
        time = record.time ?? 0
        monotonic = record[.monotonic].flatMap { UInt64($0) } ?? 0
    }

    func put(on record: inout Record) {
        record[.boot] = boot
        record[.time] = String(time)
        record[.monotonic] = String(monotonic)
        record[.schema] = String(Record.schema)
    }
}
