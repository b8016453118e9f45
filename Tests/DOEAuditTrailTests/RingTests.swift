@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite struct RingTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/ring" }
    private let progress = RingProgress(
        generation: 1, instance: String(repeating: "a", count: 32), sequence: 7, chain: SHA256Digest(of: [1]),
        boot: String(repeating: "b", count: 32), isClean: false)

    private func bytes(_ seed: UInt8, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0) ^ seed }
    }

    /// Slot 0 free, 1 open, 2 closed, 3 closed with a stale opening, 4 freed, the rest never used.
    private func filledRing() throws {
        let (ring, content) = try Ring.open(path: path, slotCount: 8)
        #expect(content.slots == Array(repeating: .free, count: 8))
        #expect(content.progress == nil)
        try ring.write(progress)
        try ring.open(slot: 1, ticket: 11, content: bytes(1, 900))
        try ring.open(slot: 2, ticket: 12, content: bytes(2, 1000))
        try ring.close(slot: 2, ticket: 12, content: bytes(3, 1100))
        try ring.open(slot: 4, ticket: 14, content: bytes(4, 10))
        try ring.close(slot: 4, ticket: 14, content: bytes(4, 10))
        try ring.free(slot: 4)
    }

    private var expectedSlots: [RingContent.Slot] {
        [
            .free, .open(bytes(1, 900), ticket: 11), .closed(bytes(3, 1100), ticket: 12), .free, .free, .free, .free,
            .free,
        ]
    }

    @Test func openAndClosedRecordsAndTheProgressAreReadBack() throws {
        try filledRing()
        let content = try Ring.open(path: path, slotCount: 8).content
        #expect(content.slots == expectedSlots)
        #expect(content.progress == progress)
        #expect(content.isNumberingCertain)
        #expect(content.repaired == [])
        #expect(content.lost == [])
    }

    @Test func anOpenRecordShowsHowManyEventsItCounts() throws {
        var record = Record(.exchangeRefused, priority: .error, message: "Refused")
        record[.count] = "1"
        let ring = try Ring.open(path: path, slotCount: 8).ring
        let content = try ring.open(slot: 3, ticket: 33, content: record.encoded)
        #expect(try slot(3, of: ring) == .open(record.encoded, ticket: 33))
        for count in UInt64(2)...500 {
            try ring.count(Tally(count: count, last: 7_000 + count), slot: 3, ticket: 33, content: content)
        }
        record[.count] = "500"
        record[.last] = "7500"
        #expect(try slot(3, of: ring) == .open(record.encoded, ticket: 33))
        // Closed it is what it was closed as.
        try ring.close(slot: 3, ticket: 33, content: bytes(3, 20))
        #expect(try slot(3, of: ring) == .closed(bytes(3, 20), ticket: 33))
    }

    private func slot(_ slot: Int, of ring: Ring) throws -> RingContent.Slot? {
        var content = RingContent(slots: [])
        try ring.read(slot: slot, into: &content)
        return content.slots.first
    }

    @Test func theLargestRecordHasRoomInBothHalves() throws {
        let largest = bytes(9, RingLayout.capacity)
        do {
            let ring = try Ring.open(path: path, slotCount: 8).ring
            for slot in 0..<8 {
                try ring.open(slot: slot, ticket: UInt64(slot), content: largest)
                try ring.close(slot: slot, ticket: UInt64(slot), content: largest)
            }
        }
        let closed = (0..<8).map { RingContent.Slot.closed(largest, ticket: UInt64($0)) }
        #expect(try Ring.open(path: path, slotCount: 8).content.slots == closed)
    }

    @Test func theProgressIsWrittenInTurnAndTheNewerOneCounts() throws {
        var last = progress
        do {
            let ring = try Ring.open(path: path, slotCount: 8).ring
            for generation in 1...5 {
                last.generation = UInt64(generation)
                last.sequence = UInt64(generation) * 10
                try ring.write(last)
            }
        }
        #expect(try Ring.open(path: path, slotCount: 8).content.progress == last)
    }

    @Test func theNumberOfSlotsOfAnExistingRingStays() throws {
        try filledRing()
        #expect(try Ring.open(path: path, slotCount: 64).ring.slotCount == 8)
    }

    @Test func aClosingHalfOfTheRecordBeforeIsNotTakenForThisOnes() throws {
        do {
            let ring = try Ring.open(path: path, slotCount: 8).ring
            try ring.write(progress)
            try ring.close(slot: 0, ticket: 1, content: bytes(1, 50))
            try ring.open(slot: 0, ticket: 2, content: bytes(2, 60))
        }
        #expect(try Ring.open(path: path, slotCount: 8).content.slots[0] == .open(bytes(2, 60), ticket: 2))
    }

    @Test func onlyOneDaemonUsesARing() throws {
        let first = try Ring.open(path: path, slotCount: 8)
        let error = #expect(throws: TrailError.self) { try Ring.open(path: path, slotCount: 8) }
        #expect(error?.reason == .inUse)
        withExtendedLifetime(first) {}
    }

    @Test func whileOneDaemonMakesTheRingAnotherMakesNone() throws {
        let other = Descriptor(owning: unsafe open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        #expect(flock(other.number, LOCK_EX | LOCK_NB) == 0)
        let error = #expect(throws: TrailError.self) { try Ring.open(path: path, slotCount: 8) }
        #expect(error?.reason == .inUse)
        #expect(unsafe access(path, F_OK) != 0)
        #expect(unsafe access(path + ".new", F_OK) != 0)
    }

    @Test func aRingOfAnotherVersionIsLeftAlone() throws {
        try filledRing()
        var file = try WholeFile.read(path, limit: 1 << 20)
        var header = Array(file.prefix(32))
        header[8] = 3
        header += SHA256Digest(of: header).bytes
        file.replaceSubrange(0..<64, with: header)
        try AtomicFile.write(file, to: path, mode: 0o600)
        let error = #expect(throws: TrailError.self) { try Ring.open(path: path, slotCount: 8) }
        #expect(error?.reason == .otherVersion)
        #expect(error?.description.contains("version 3") == true)
        #expect(try WholeFile.read(path, limit: 1 << 20) == file)
    }

    @Test func aStateDirectoryThatIsNotThereIsNamed() {
        let error = #expect(throws: TrailError.self) { try Ring.open(path: directory.path + "/no/ring", slotCount: 8) }
        #expect(error?.reason == .file)
        #expect(error?.description.contains(directory.path + "/no") == true)
    }

    /// Every slot that can still be told is told as it was, and every other one is reported.
    private func check(_ content: RingContent, _ what: String) {
        for (slot, expected) in expectedSlots.enumerated() where slot < content.slots.count {
            let found = content.slots[slot]
            switch (expected, found) {
            case (let expected, let found) where expected == found: break
            case (_, .lost), (_, .cutOff): #expect(!content.lost.isEmpty, "\(what): slot \(slot) is lost in silence")
            // The closing half went, the opening is there: reported, and the numbering is in doubt.
            case (.closed, .open(bytes(2, 1000), ticket: 12)):
                #expect(!content.repaired.isEmpty && !content.isNumberingCertain, "\(what): slot \(slot)")
            default: Issue.record("\(what): slot \(slot) became \(found)")
            }
        }
        if content.progress != progress {
            #expect(content.progress == nil, "\(what)")
            #expect(!content.isNumberingCertain || !content.lost.isEmpty, "\(what): the progress is lost in silence")
        }
    }

    @Test func aBitThatFlipsAnywhereIsHarmlessOrReported() throws {
        try filledRing()
        let whole = try WholeFile.read(path, limit: 1 << 20)
        // Each byte that holds something, and some that hold nothing.
        var places = whole.indices.filter { whole[$0] != 0 }
        places += stride(from: 0, to: whole.count, by: 997)
        for offset in RingLayout.headerOffsets + RingLayout.progressOffsets { places += offset..<offset + 64 }
        for slot in 0..<8 { places += RingLayout.offset(ofSlot: slot)..<RingLayout.offset(ofSlot: slot) + 128 }
        for (turn, place) in places.enumerated() {
            var file = whole
            file[place] ^= UInt8(1 << (turn % 8))
            try overwrite(file[place], at: place)
            check(try Ring.open(path: path, slotCount: 8).content, "byte \(place)")
            try restore(whole, around: place)
        }
    }

    @Test func aFileThatIsCutAnywhereIsMadeWholeAndWhatWasThereIsReported() throws {
        try filledRing()
        let whole = try WholeFile.read(path, limit: 1 << 20)
        var generator = SeededGenerator(seed: 5)
        let cuts =
            [0, 1, 63, 64, 4096, 8192, 8448, 16384, 16385, 32768 + 128, 49152 + 600]
            + (0..<60).map { _ in Int.random(in: 0..<whole.count, using: &generator) }
        for cut in cuts {
            try AtomicFile.write(Array(whole.prefix(cut)), to: path, mode: 0o600)
            let (ring, content) = try Ring.open(path: path, slotCount: 8)
            #expect(ring.slotCount == 8)
            #expect(content.repaired.contains { $0.contains("cut to \(cut) bytes") }, "cut at \(cut)")
            check(content, "cut at \(cut)")
            #expect(try WholeFile.read(path, limit: 1 << 20).count == whole.count)
        }
    }

    @Test func aProgressThatTheDiskGivesBackEmptyIsNotTakenForANewOne() throws {
        let ring = directory.path + "/ring"
        let empty = [UInt8](repeating: 0, count: RingProgress.size)
        try filledRing()
        do {
            // Only the first copy was ever written: an empty second one is as it should be.
            let content = try Ring.open(path: ring, slotCount: 8).content
            #expect(content.isNumberingCertain)
            var later = progress
            for generation in 2...3 {
                later.generation = UInt64(generation)
                later.sequence += 1
                try Ring.open(path: ring, slotCount: 8).ring.write(later)
            }
        }
        for offsets in [[RingLayout.progressOffsets[1]], RingLayout.progressOffsets] {
            for offset in offsets {
                try #require(FileInPlace(ring)).descriptor.write(empty, at: offset, subject: ring)
            }
            let content = try Ring.open(path: ring, slotCount: 8).content
            #expect(!content.isNumberingCertain)
            #expect(content.repaired.contains { $0.contains("was empty") })
        }
    }

    @Test func aFileOfRandomBytesIsReportedAndUsable() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<20 {
            let noise = (0..<Int.random(in: 0..<200_000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            try AtomicFile.write(noise, to: path, mode: 0o600)
            let content = try Ring.open(path: path, slotCount: 8).content
            #expect(content.lost.contains("both copies of the header"))
            #expect(content.slots.allSatisfy { $0 == .lost || $0 == .cutOff })
        }
    }

    private func overwrite(_ byte: UInt8, at place: Int) throws {
        let handle = try #require(FileInPlace(path))
        try handle.descriptor.write([byte], at: place, subject: path)
    }

    private func restore(_ whole: [UInt8], around place: Int) throws {
        let handle = try #require(FileInPlace(path))
        // Opening the ring may have rewritten its headers; everything else is as it was.
        try handle.descriptor.write([whole[place]], at: place, subject: path)
    }
}
