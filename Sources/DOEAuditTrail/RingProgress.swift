internal import DOEWords

/// How far the numbering has come: what must outlive the slots.
struct RingProgress: Hashable, Sendable {
    /// Counts the writes: it tells which of the two copies is the newer. After the last number there is comes 0.
    var generation: UInt64
    /// 128 random bits, 32 hexadecimal digits.
    var instance: String
    /// The last number given.
    var sequence: UInt64
    /// The digest of the record that has it; zeros before the first.
    var chain: SHA256Digest
    /// The boot in which this was written.
    var boot: String
    /// Whether the daemon ended in order, everything synced.
    var isClean: Bool
    /// Whether a loss was found and is not yet recorded.
    var owesLoss = false
    /// Which ones; nothing where a daemon wrote it that did not say it.
    var owed = OwedLosses()
    /// Whether the daemon that wrote this kept a shadow of the ring.
    var isShadowed = false
    /// The last record of the instance before this one; `nil` where none is known.
    var before: RecordAnchor?
    /// The record that was given up last, of whatever instance: the journal was seen to hold it. `nil` where none is
    /// known.
    var released: RecordNumber?
    /// Whether a daemon wrote it that did not say what it gave up.
    var isOfVersion1 = false
    /// The machine on which this was written; `nil` where that is not known.
    var machine: MachineMark?
    /// How far the taint ledger had come; `nil` where nobody has said.
    var ledger: LedgerMark?
    /// Whether the runtime directory says more of that, or as much, in the boot in which this was written.
    var isLedgerAhead = false
    /// Whether it had come so far and no further when a daemon ended in order.
    var isLedgerLast = false

    static let size = 512
    /// The highest number that is believed here: whoever goes on from there gives numbers that are believed of records.
    static let highestSequence = RecordNumber.highest / 2
    private static let magic = Array("doe-prog".utf8)

    /// As it is written, in the layout of `ProgressPlace`.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ProgressPlace.digest.lowerBound)
        func put(_ part: [UInt8], _ place: Range<Int>) { bytes.replaceSubrange(place, with: part) }
        put(Self.magic, ProgressPlace.magic)
        put(.littleEndian(generation), ProgressPlace.generation)
        put(.littleEndian(sequence), ProgressPlace.sequence)
        put(.littleEndian(ownFlags | owed.flags), ProgressPlace.flags)
        put(.identifier(instance), ProgressPlace.instance)
        put(.identifier(boot), ProgressPlace.boot)
        put(chain.bytes, ProgressPlace.chain)
        if let before {
            put(.identifier(before.instance), ProgressPlace.beforeInstance)
            put(.littleEndian(before.sequence), ProgressPlace.beforeSequence)
            put(before.digest.bytes, ProgressPlace.beforeDigest)
        }
        if let released {
            put(.identifier(released.instance), ProgressPlace.releasedInstance)
            put(.littleEndian(released.sequence), ProgressPlace.releasedSequence)
        }
        if let machine { put(machine.bytes, ProgressPlace.machine) }
        put(.littleEndian(owed.count), ProgressPlace.owedCount)
        if let ledger {
            put(.littleEndian(ledger.ledger), ProgressPlace.ledger)
            put(.littleEndian(ledger.lines), ProgressPlace.ledgerLines)
            put(.identifier(ledger.digest), ProgressPlace.ledgerDigest)
        }
        return bytes + SHA256Digest(of: bytes).bytes
    }

    private var ownFlags: UInt64 {
        (isClean ? 1 : 0) | (owesLoss ? 2 : 0) | (isShadowed ? 4 : 0) | (isLedgerAhead ? 8 : 0)
            | (isLedgerLast ? 16 : 0)
    }

    /// The last record that it knows of; where its instance has given no number yet, that is the one before's.
    var lastAnchor: RecordAnchor? {
        sequence > 0 ? RecordAnchor(instance: instance, sequence: sequence, digest: chain) : before
    }

    /// Whether it was written after another copy of the same ring.
    func isNewer(than other: RingProgress) -> Bool { Int64(bitPattern: generation &- other.generation) > 0 }

    /// Whether another machine wrote this; where one of the two is not known, nothing says so.
    func isOfAnotherMachine(than host: MachineMark?) -> Bool {
        guard let machine, let host else { return false }
        return machine != host
    }
}

extension RingProgress {
    /// Reads a copy; `nil` where it is damaged or was never written.
    ///
    /// One of version 1 may stand in a ring that was taken up, until both copies were written again.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic) else {
            self.init(version1: Array(bytes.prefix(Self.version1Size)))
            return
        }
        guard bytes.count == Self.size,
            SHA256Digest(of: bytes[..<ProgressPlace.digest.lowerBound]).bytes[...] == bytes[ProgressPlace.digest],
            let chain = SHA256Digest(bytes[ProgressPlace.chain].hexadecimal),
            let beforeDigest = SHA256Digest(bytes[ProgressPlace.beforeDigest].hexadecimal)
        else { return nil }
        func number(_ place: Range<Int>) -> UInt64 { bytes[place].number(at: 0, as: UInt64.self) }
        // No daemon comes to such a number: it is damage, whatever the digest says.
        let numbers = [ProgressPlace.sequence, ProgressPlace.beforeSequence, ProgressPlace.releasedSequence].map(number)
        guard numbers.allSatisfy({ $0 <= Self.highestSequence }),
            number(ProgressPlace.ledgerLines) <= LedgerMark.mostLines
        else { return nil }
        let flags = number(ProgressPlace.flags)
        self.init(
            generation: number(ProgressPlace.generation), instance: bytes[ProgressPlace.instance].hexadecimal,
            sequence: number(ProgressPlace.sequence), chain: chain, boot: bytes[ProgressPlace.boot].hexadecimal,
            isClean: flags & 1 != 0, owesLoss: flags & 2 != 0, isShadowed: flags & 4 != 0)
        if number(ProgressPlace.beforeSequence) > 0 {
            before = RecordAnchor(
                instance: bytes[ProgressPlace.beforeInstance].hexadecimal,
                sequence: number(ProgressPlace.beforeSequence), digest: beforeDigest)
        }
        if number(ProgressPlace.releasedSequence) > 0 {
            released = RecordNumber(
                instance: bytes[ProgressPlace.releasedInstance].hexadecimal,
                sequence: number(ProgressPlace.releasedSequence))
        }
        owed = OwedLosses(flags: flags, count: number(ProgressPlace.owedCount))
        machine = MachineMark(noted: Array(bytes[ProgressPlace.machine]))
        (isLedgerAhead, isLedgerLast) = (flags & 8 != 0, flags & 16 != 0)
        if number(ProgressPlace.ledgerLines) > 0 {
            ledger = LedgerMark(
                ledger: number(ProgressPlace.ledger), lines: number(ProgressPlace.ledgerLines),
                digest: bytes[ProgressPlace.ledgerDigest].hexadecimal)
        }
    }
}

extension [UInt8] {
    fileprivate static func littleEndian(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: number)
        return bytes
    }

    /// The 16 bytes that 32 hexadecimal digits stand for; zeros for anything else.
    fileprivate static func identifier(_ digits: String) -> [UInt8] {
        guard let bytes = [UInt8](hexadecimal: digits), bytes.count == 16 else { return Array(repeating: 0, count: 16) }
        return bytes
    }
}
