internal import DOERecord
internal import DOEWords

/// Numbers records and chains them. Pure.
struct Numbering: Sendable {
    let instance: String
    let boot: String
    /// The last number given.
    private(set) var sequence: UInt64
    /// The digest of the record that has it.
    private(set) var chain: SHA256Digest
    /// Of the last progress written.
    var generation: UInt64
    /// The last record that is known of the instance before this one. This instance's first record names it.
    private let before: RecordAnchor?
    private let machine: MachineMark?

    /// Goes on where an instance stopped.
    init(after last: RingContent.Last, in progress: RingProgress, boot: String, machine: MachineMark?) {
        instance = last.number.instance
        self.boot = boot
        sequence = last.number.sequence
        chain = last.chain
        generation = progress.generation
        before = progress.before
        self.machine = machine
    }

    /// Begins a new instance.
    init(
        newInstanceIn boot: String, generation: UInt64, after before: RecordAnchor? = nil, machine: MachineMark? = nil
    ) {
        let random = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        let instance = random.map { $0.hex(digits: 16) }.joined()
        self.instance = instance
        self.boot = boot
        (sequence, chain) = (0, .zero)
        self.generation = generation
        self.before = before
        self.machine = machine
    }

    /// The record as the next in the chain, and the numbering after it.
    func number(_ closing: ClosingRecord) -> (PendingRecord, next: Numbering) {
        var record = closing.record
        closing.open.stamp.put(on: &record)
        record[.instance] = instance
        record[.sequence] = String(sequence + 1)
        record[.chain] = chain.description
        if sequence == 0, let before { record.before = before }
        let bytes = record.encoded
        var next = self
        next.sequence = sequence + 1
        next.chain = SHA256Digest(of: bytes)
        let pending = PendingRecord(
            number: RecordNumber(instance: instance, sequence: next.sequence),
            time: closing.open.stamp.time, slot: closing.open.slot, ticket: closing.open.ticket,
            owner: closing.open.owner, isLoud: closing.record.priority < .info, bytes: bytes)
        return (pending, next)
    }

    /// The last record; `nil` before the first.
    var anchor: RecordAnchor? {
        sequence > 0 ? RecordAnchor(instance: instance, sequence: sequence, digest: chain) : nil
    }

    /// Goes on to the numbering after a record; the count of progresses stays its own.
    mutating func advance(to next: Numbering) {
        sequence = next.sequence
        chain = next.chain
    }

    /// What has to outlive the slots.
    func progress(
        isClean: Bool, owed: OwedLosses, isShadowed: Bool, released: RecordNumber?, ledger: LedgerMark?
    ) -> RingProgress {
        RingProgress(
            generation: generation, instance: instance, sequence: sequence, chain: chain, boot: boot, isClean: isClean,
            owesLoss: !owed.kinds.isEmpty, owed: owed, isShadowed: isShadowed, before: before, released: released,
            machine: machine, ledger: ledger)
    }
}
