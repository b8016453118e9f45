@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

/// A ring that was cut or in which a bit has flipped, from the trail's side: nothing is lost in silence, no number is
/// given twice, and nothing is called lost that is there.
@Suite struct RingFaultTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/ring" }

    private func record(_ message: String) -> Record {
        var record = Record(.exchangeAllowed, priority: .info, message: message)
        record[.mailbox] = "sim:cxl"
        return record
    }

    /// Three closed records, one open, and slots that were used and freed.
    private func makeRing() throws -> (whole: [UInt8], instance: String) {
        let (core, _) = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8))
        for number in 1...3 {
            let slot = try core.open(record("closed \(number)"), durability: .memory, mayUseReserve: true)
            _ = try core.close(record("closed \(number)"), slot)
        }
        _ = try core.open(record("open"), durability: .memory, mayUseReserve: true)
        return (try WholeFile.read(path, limit: 1 << 20), core.state.withLock { $0.numbering.instance })
    }

    /// Takes up the file as it is and checks what came of it; whether a loss was told.
    private func takeUp(_ instance: String, _ what: String) throws -> Bool {
        let (core, recovery) = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8))
        let (found, open, next) = core.state.withLock { state in
            (state.schedule.count, state.interrupted.count, state.numbering)
        }
        if recovery.isLoss {
            // A new instance: whatever numbers were given, none comes again.
            #expect(next.instance != instance && next.sequence == 0, "\(what)")
        } else {
            #expect(found == 3 && open == 1, "\(what): \(found) closed and \(open) open, and no loss is told")
            #expect(next.instance == instance && next.sequence == 3, "\(what): number \(next.sequence + 1) is next")
        }
        return recovery.isLoss
    }

    private func put(_ bytes: [UInt8]) throws {
        // In place: a thousand files would have to be synced else.
        let file = Descriptor(owning: unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC))
        try file.write(bytes, subject: path)
    }

    /// Whether a byte belongs to something that the ring has to remember.
    private func isInUse(_ place: Int, _ whole: [UInt8]) -> Bool {
        if place < RingLayout.firstSlot {
            return RingLayout.progressOffsets.contains { ($0..<$0 + RingProgress.size).contains(place) }
        }
        let slot = (place - RingLayout.firstSlot) / RingLayout.slotSize
        let start = RingLayout.offset(ofSlot: slot)
        return whole[start..<start + RingLayout.bothHeadersSize].contains { $0 != 0 }
    }

    @Test func aBitThatFlipsAnywhere() throws {
        let (whole, instance) = try makeRing()
        var places = Set(stride(from: 0, to: whole.count, by: 1021))
        places.formUnion(whole.indices.filter { whole[$0] != 0 && $0 % 5 == 0 })
        for offset in RingLayout.headerOffsets + RingLayout.progressOffsets {
            places.formUnion(stride(from: offset, to: offset + RingProgress.size, by: 3))
        }
        for slot in 0..<8 {
            let start = RingLayout.offset(ofSlot: slot)
            places.formUnion(stride(from: start, to: start + RingLayout.bothHeadersSize, by: 3))
        }
        var losses = 0
        for (turn, place) in places.sorted().enumerated() {
            var bytes = whole
            bytes[place] ^= UInt8(1 << (turn % 8))
            try put(bytes)
            let isLoss = try takeUp(instance, "bit \(turn % 8) of byte \(place)")
            losses += isLoss ? 1 : 0
            // A freed or unused slot with a bit in its header looks like a damaged one: only what is outside is
            // exempt.
            let slotOffset = place < RingLayout.firstSlot ? nil : (place - RingLayout.firstSlot) % RingLayout.slotSize
            if !isInUse(place, whole), slotOffset.map({ $0 >= RingLayout.bothHeadersSize }) ?? true {
                #expect(!isLoss, "byte \(place) holds nothing, and a loss is told")
            }
        }
        #expect(losses > 0 && losses < places.count)
    }

    @Test func aProgressThatIsTornAnywhere() throws {
        let (whole, instance) = try makeRing()
        try put(whole)
        var next = try #require(try Ring.open(path: path, slotCount: 8).content.progress)
        next.generation += 1
        next.machine = nil
        let bytes = next.bytes
        // The older copy is written, and the write ends after so many bytes.
        let place = RingLayout.progressOffsets[Int(next.generation % 2)]
        var losses = 0
        for length in stride(from: 1, to: RingProgress.size, by: 5) {
            var torn = whole
            torn.replaceSubrange(place..<place + length, with: bytes.prefix(length))
            try put(torn)
            losses += try takeUp(instance, "torn after \(length) bytes") ? 1 : 0
        }
        #expect(losses > 0)
        var complete = whole
        complete.replaceSubrange(place..<place + RingProgress.size, with: bytes)
        try put(complete)
        let isLoss = try takeUp(instance, "complete")
        #expect(!isLoss)
    }

    @Test func aCutAnywhere() throws {
        let (whole, instance) = try makeRing()
        let last = whole.lastIndex { $0 != 0 } ?? 0
        var cuts = Set(stride(from: 0, to: whole.count, by: 509))
        for offset in RingLayout.headerOffsets + RingLayout.progressOffsets { cuts.formUnion(offset..<offset + 4) }
        for slot in 0..<8 {
            let start = RingLayout.offset(ofSlot: slot)
            cuts.formUnion([
                start - 1, start, start + 1, start + 64, start + 127, start + 128, start + 512, start + 513,
            ])
        }
        var losses = 0
        for cut in cuts.sorted() where cut < whole.count {
            try put(Array(whole.prefix(cut)))
            let isLoss = try takeUp(instance, "cut at \(cut)")
            losses += isLoss ? 1 : 0
            if cut <= last { #expect(isLoss, "cut at \(cut), before the last byte of a record") }
            // Told once, and whole again.
            let again = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8)).1
            #expect(again.repaired.isEmpty || isLoss, "cut at \(cut): \(again.repaired)")
        }
        #expect(losses > 0)
    }
}
