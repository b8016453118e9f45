internal import DOERecord

/// A closed record that is not known to be on the journal's disk.
struct PendingRecord: Sendable, Hashable {
    let number: RecordNumber
    /// DOE_TIME, microseconds since 1970.
    let time: UInt64
    let slot: Int
    /// The slot's, which its two halves carry.
    let ticket: UInt64
    /// Whose slot it is.
    let owner: RecordOwner
    /// Anything louder than that all went well: it goes to journald at once.
    let isLoud: Bool
    /// In the native protocol.
    let bytes: [UInt8]

    init(
        number: RecordNumber, time: UInt64, slot: Int, ticket: UInt64 = 0, owner: RecordOwner, isLoud: Bool = true,
        bytes: [UInt8]
    ) {
        self.number = number
        self.time = time
        self.slot = slot
        self.ticket = ticket
        self.owner = owner
        self.isLoud = isLoud
        self.bytes = bytes
    }

    /// From a slot's bytes, whose digest was right; `nil` where they are no record with a number that a daemon gives all
    /// the same.
    init?(bytes: [UInt8], slot: Int, ticket: UInt64 = 0) {
        guard let entry = try? JournalEntry(nativeProtocol: bytes),
            let instance = entry.text(Field.instance.name),
            let sequence = entry.text(Field.sequence.name).flatMap({ UInt64($0) }),
            (1...RecordNumber.highest).contains(sequence)
        else { return nil }
        self.init(
            number: RecordNumber(instance: instance, sequence: sequence),
            time: entry.text(Field.time.name).flatMap { UInt64($0) } ?? 0, slot: slot, ticket: ticket,
            owner: RecordOwner { entry.text($0.name) }, bytes: bytes)
    }
}
