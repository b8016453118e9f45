@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// A ring and a shadow that somebody has made up, with right digests.
@Suite("Numbers that no daemon comes to are damage, are told, and are never a trap")
struct ExtremeNumbersTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/ring" }
    private var shadow: String { directory.path + "/ring-shadow" }

    static let extremes: [UInt64] = [
        0, 1, 1 << 31, 1 << 32, RingProgress.highestSequence, RingProgress.highestSequence + 1, RecordNumber.highest,
        1 << 63, .max - 1, .max,
    ]
    private static let boot = String(repeating: "1", count: 32)

    private func recover(boot: String = boot) throws -> (core: TrailCore, recovery: TrailRecovery) {
        try TrailCore.recover(
            path: path, TrailCore.Options(slotCount: 24, runtimeDirectory: directory.path, boot: boot))
    }

    private var record: Record {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record[.mailbox] = "sim:cxl"
        return record
    }

    /// Two records that wait, one that is open; ring and shadow as a daemon that was killed leaves them.
    private func makeRing() throws -> (ring: [UInt8], shadow: [UInt8]) {
        do {
            let (core, _) = try recover()
            for _ in 0..<2 {
                _ = try core.close(record, try core.open(record, durability: .memory, mayUseReserve: true))
            }
            _ = try core.open(record, durability: .memory, mayUseReserve: true)
            core.state.withLock { $0.released = RecordNumber(instance: $0.numbering.instance, sequence: 1) }
            try core.writeProgress(isClean: false)
        }
        return (try WholeFile.read(path, limit: 1 << 20), try WholeFile.read(shadow, limit: 1 << 20))
    }

    /// Starts twice on it, asks the journal, works, and reads it as somebody else; whether the first start told of a
    /// loss. No number is given to anything else than before.
    private func takeUp(_ files: (ring: [UInt8], shadow: [UInt8]), _ what: String) throws -> Bool {
        try WholeFile.write(files.ring, to: path, mode: 0o600)
        try WholeFile.write(files.shadow, to: shadow, mode: 0o600)
        _ = try RingReader.read(stateDirectory: directory.path)
        var isLoss = false
        for life in 0..<3 {
            let (core, recovery) = try recover(boot: life == 2 ? String(repeating: "2", count: 32) : Self.boot)
            if life == 0 { isLoss = recovery.isLoss }
            if let question = core.state.withLock({ $0.question }) {
                core.inquire(question, in: ModelJournal(records: [record]))
            }
            core.recordLoss()
            let number = try core.close(record, try core.open(record, durability: .memory, mayUseReserve: true))
            #expect(number <= RecordNumber.highest, "\(what)")
            try core.writeProgress(isClean: life == 1)
            _ = core.state.withLock { $0.schedule.oldestTime }
        }
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.closed.allSatisfy { (1...RecordNumber.highest).contains($0.sequence ?? 0) }, "\(what)")
        return isLoss
    }

    private func sealProgress(_ bytes: inout [UInt8], at offset: Int) {
        let digest = SHA256Digest(of: bytes[offset..<offset + ProgressPlace.digest.lowerBound]).bytes
        bytes.replaceSubrange(offset + ProgressPlace.digest.lowerBound..<offset + RingProgress.size, with: digest)
    }

    private func put(_ number: UInt64, _ bytes: inout [UInt8], at place: Int) {
        var text: [UInt8] = []
        text.append(number: number)
        bytes.replaceSubrange(place..<place + 8, with: text)
    }

    private static let fields = [
        ProgressPlace.generation, ProgressPlace.sequence, ProgressPlace.flags, ProgressPlace.beforeSequence,
        ProgressPlace.releasedSequence, ProgressPlace.owedCount, ProgressPlace.ledger, ProgressPlace.ledgerLines,
    ].map(\.lowerBound)

    @Test("in each field of the progress, in one copy or in both", arguments: fields, [1, 2])
    func progress(_ field: Int, _ copies: Int) throws {
        let whole = try makeRing()
        for number in Self.extremes {
            var files = whole
            for offset in RingLayout.progressOffsets.suffix(copies) {
                put(number, &files.ring, at: offset + field)
                sealProgress(&files.ring, at: offset)
            }
            let isLoss = try takeUp(files, "\(number) at \(field) in \(copies)")
            let isBelieved = number <= RingProgress.highestSequence
            let judged = [ProgressPlace.sequence, ProgressPlace.releasedSequence, ProgressPlace.ledgerLines]
            if judged.map(\.lowerBound).contains(field) {
                #expect(isBelieved || isLoss, "\(number) at \(field) in \(copies)")
            }
        }
    }

    @Test("in each number of a record that waits", arguments: [Field.sequence, .time, .monotonic, .count, .schema])
    func waiting(_ field: Field) throws {
        let whole = try makeRing()
        for number in Self.extremes {
            var files = whole
            for slot in 0..<24 {
                let start = RingLayout.offset(ofSlot: slot)
                let header = files.ring[start + 64..<start + 128]
                guard let (ticket, length) = HalfHeader.parse(header, .closing) else { continue }
                let place = start + RingLayout.closingBytes
                var record = try Record(encoded: Array(files.ring[place..<place + length]))
                record[field] = String(number)
                let content = record.encoded
                files.ring.replaceSubrange(place..<place + content.count, with: content)
                files.ring.replaceSubrange(
                    start + 64..<start + 128,
                    with: HalfHeader.bytes(.closing, ticket: ticket, content: SealedContent(content)))
            }
            let isLoss = try takeUp(files, "\(number) in \(field)")
            let isBelieved = (1...RecordNumber.highest).contains(number)
            if field == .sequence { #expect(isBelieved || isLoss, "\(number)") }
        }
    }

    @Test("in what opened an exchange, and in what it counts")
    func opened() throws {
        let whole = try makeRing()
        for number in Self.extremes {
            var files = whole
            for slot in 0..<24 {
                let start = RingLayout.offset(ofSlot: slot)
                let header = files.ring[start..<start + 64]
                guard let (ticket, length) = HalfHeader.parse(header, .opening) else { continue }
                let place = start + RingLayout.openingBytes
                let content = SealedContent(Array(files.ring[place..<place + length]))
                let tally = Tally(count: number, last: number)
                files.ring.replaceSubrange(
                    start..<start + 64,
                    with: HalfHeader.bytes(.opening, ticket: ticket, content: content, tally: tally))
            }
            _ = try takeUp(files, "a tally of \(number)")
        }
        // And each stretch of what stands in numbers.
        for place in stride(from: 0, to: OpeningPlace.size, by: 4) {
            for number in Self.extremes {
                var content = [UInt8](repeating: 0, count: OpeningPlace.size + 16)
                put(number, &content, at: min(place, OpeningPlace.size - 8))
                _ = ExchangeOpening.record(of: content)
            }
        }
    }

    @Test("in the shadow", arguments: [16, ShadowContent.headerSize + 8, ShadowContent.headerSize + 16])
    func shadowed(_ place: Int) throws {
        let whole = try makeRing()
        for number in Self.extremes {
            var files = whole
            put(number, &files.shadow, at: place)
            let seal = SHA256Digest(of: files.shadow.prefix(ShadowContent.headerSize - 32)).bytes
            files.shadow.replaceSubrange(ShadowContent.headerSize - 32..<ShadowContent.headerSize, with: seal)
            let isLoss = try takeUp(files, "\(number) at \(place) of the shadow")
            if number > RecordNumber.highest, place != ShadowContent.headerSize + 8 { #expect(isLoss, "\(number)") }
        }
    }

    @Test("in a ring of version 1", arguments: [0, 8])
    func version1(_ field: Int) throws {
        for number in Self.extremes {
            var ring = try OldRing.killed.bytes()
            for offset in RingLayout.progressOffsets {
                put(number, &ring, at: offset + field)
                let digest = SHA256Digest(of: ring[offset..<offset + RingProgress.version1Size - 32]).bytes
                ring.replaceSubrange(
                    offset + RingProgress.version1Size - 32..<offset + RingProgress.version1Size, with: digest)
            }
            _ = try takeUp((ring, []), "\(number) at \(field) of version 1")
        }
    }
}
