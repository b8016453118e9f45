@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Reading a ring that may be in use")
struct RingReaderTests {
    private let directory = TemporaryDirectory()
    private var endpoint: JournalEndpoint {
        JournalEndpoint(socket: directory.path + "/nobody", source: .directory(directory.path))
    }

    private func trail(capacity: Int = 64) throws -> AuditTrail {
        try AuditTrail(stateDirectory: directory.path, journal: endpoint, capacity: capacity)
    }

    private func record(_ message: String) -> Record { Record(.exchangeAllowed, priority: .info, message: message) }

    @Test("what a living daemon has closed and opened is there, and it is not disturbed")
    func besideALivingDaemon() throws {
        let trail = try trail()
        for number in 1...3 { try trail.write(record("closed \(number)")) }
        let open = try trail.open(record("open"), durability: .memory)
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.closed.map(\.message) == ["closed 1", "closed 2", "closed 3"])
        #expect(reading.closed.map(\.sequence) == [1, 2, 3])
        #expect(reading.open.map(\.message) == ["open"])
        #expect(reading.last == RecordNumber(instance: trail.status.instance, sequence: 3))
        #expect(reading.lost == [] && reading.repairable == [] && !reading.owesLoss)
        #expect(reading.capacity == 64)
        #expect(try open.close() == 4)
        #expect(try trail.write(record("closed 5")) == 5)
    }

    @Test("a new ring has given no number")
    func newRing() throws {
        let trail = try trail()
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.last == nil && reading.lastReleased == nil && reading.closed.isEmpty)
        trail.stop()
    }

    @Test("while others write, everything that was closed before is read, and nothing looks damaged")
    func underLoad() throws {
        let trail = try trail(capacity: 4096)
        let isOver = Atomic(false)
        let closed = Atomic<UInt64>(0)
        let writer = try WorkerThread(name: "writer") {
            while !isOver.load(ordering: .acquiring), let number = try? trail.write(record("under load")) {
                closed.store(number, ordering: .releasing)
            }
        }
        for _ in 0..<30 {
            let before = closed.load(ordering: .acquiring)
            let reading = try RingReader.read(stateDirectory: directory.path)
            let numbers = Set(reading.closed.compactMap(\.sequence))
            #expect(reading.last?.sequence ?? 0 >= before)
            #expect((0..<(reading.last?.sequence ?? 0)).allSatisfy { numbers.contains($0 + 1) })
            #expect(reading.lost == [] && reading.repairable == [])
            if before > 3500 { break }
        }
        isOver.store(true, ordering: .releasing)
        writer.join()
    }

    @Test("what is given and released while it is read is known all the same")
    func releasedMeanwhile() throws {
        let trail = try trail()
        try trail.write(record("before"))
        let path = directory.path + "/ring"
        let ring = Ring(slotCount: 64, file: Descriptor(owning: unsafe open(path, O_RDWR)), path: path)
        let reading = try RingReader.read(stateDirectory: directory.path) { () throws(LinuxError) in
            var progress = try ProgressCopies(readingFrom: ring, attempts: 1, 0).newest
            progress?.sequence = 7
            progress?.generation += 1
            if let progress { try ring.write(progress) }
            for slot in 0..<64 { try ring.free(slot: slot) }
        }
        #expect(reading.last == RecordNumber(instance: trail.status.instance, sequence: 7))
        #expect(reading.closed.isEmpty && reading.lost.isEmpty)
    }

    @Test("damage is told, and the rest is read")
    func damage() throws {
        let trail = try trail(capacity: 8)
        for number in 1...3 { try trail.write(record("closed \(number)")) }
        trail.stop()
        let file = try #require(FileInPlace(directory.path + "/ring"))
        // The records stand in the slots from the first on; slot 1's halves, one copy of the header, all behind slot
        // 5.
        let slot = RingLayout.offset(ofSlot: 1)
        for offset in [0, slot + RingLayout.openingBytes, slot + RingLayout.closingBytes] {
            try file.descriptor.write([0xff, 0xff, 0xff], at: offset, subject: "ring")
        }
        #expect(ftruncate(file.descriptor.number, off_t(RingLayout.offset(ofSlot: 6))) == 0)
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.closed.map(\.sequence) == [1, 3])
        #expect(reading.lost.count == 3, "\(reading.lost)")
        #expect(reading.repairable == ["copy 1 of the header is damaged"])
        #expect(reading.last?.sequence == 3)
    }

    @Test("a ring cut anywhere, or with any bytes in it, is read without a trap")
    func anyBytes() throws {
        var random = SeededGenerator(seed: 7)
        let path = directory.path + "/ring"
        for round in 0..<40 {
            let size = Int.random(in: 0...RingLayout.fileSize(slotCount: 10), using: &random)
            var bytes = random.tameBytes(size)
            if round % 2 == 0 {
                bytes.replaceSubrange(0..<min(64, size), with: RingHeader.bytes(slotCount: 8).prefix(size))
            }
            try WholeFile.write(bytes, to: path, mode: 0o600)
            _ = try RingReader.read(stateDirectory: directory.path)
        }
    }

    /// A ring in which every slot is free again, as between two exchanges.
    private func usedRing() throws -> Ring {
        let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8).ring
        try use(ring)
        return ring
    }

    private func use(_ ring: Ring) throws {
        for generation in UInt64(1)...4 {
            try ring.write(progress(generation))
            let bytes = record("closed \(generation)").encoded
            try ring.open(slot: 5, ticket: generation, content: bytes)
            try ring.close(slot: 5, ticket: generation, content: bytes)
            try ring.free(slot: 5)
        }
    }

    private func progress(_ generation: UInt64) -> RingProgress {
        RingProgress(
            generation: generation, instance: String(repeating: "a", count: 32), sequence: generation,
            chain: SHA256Digest(of: [1]), boot: String(repeating: "b", count: 32), isClean: true)
    }

    private func clear(_ ring: Ring, _ range: Range<Int>) throws {
        try ring.file.write([UInt8](repeating: 0, count: range.count), at: range.lowerBound, subject: "ring")
    }

    @Test(
        "a ring whose beginning is gone is damaged, however much of it", arguments: [64, 8192, 16384, 32768, 131_072])
    func withoutBeginning(_ size: Int) throws {
        try clear(try usedRing(), 0..<size)
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(!(reading.lost + reading.repairable).isEmpty)
        #expect(reading.lost.isEmpty == (size == 64), "\(reading.lost)")
    }

    @Test("a file without a byte, or with others than a ring's, is a damaged ring")
    func noRingAtAll() throws {
        var random = SeededGenerator(seed: 11)
        for size in [0, 1, 9000, 40_000] {
            try WholeFile.write(random.tameBytes(size), to: directory.path + "/ring", mode: 0o600)
            let reading = try RingReader.read(stateDirectory: directory.path)
            #expect(reading.lost.contains("both copies of the header"), "\(size) bytes: \(reading.lost)")
        }
    }

    @Test("a ring that does not tell its last number any more is damaged; one that never gave any is not")
    func withoutProgress() throws {
        let all = RingLayout.progressOffsets.map { $0..<$0 + RingProgress.size }
        let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8).ring
        var reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.lost == [] && reading.repairable == [] && reading.last == nil)
        try ring.write(progress(1))
        reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.lost == [] && reading.repairable == [])
        try use(ring)
        reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.lost == [] && reading.last?.sequence == 4)
        // One copy: the other one may be the older.
        for place in all {
            try clear(ring, place)
            #expect(try RingReader.read(stateDirectory: directory.path).lost.count == 1)
            try ring.file.write([1, 2, 3], at: place.lowerBound + 100, subject: "ring")
            #expect(try RingReader.read(stateDirectory: directory.path).lost.count == 1)
            for generation in UInt64(5)...6 { try ring.write(progress(generation)) }
            #expect(try RingReader.read(stateDirectory: directory.path).lost == [])
        }
        for place in all { try clear(ring, place) }
        #expect(try RingReader.read(stateDirectory: directory.path).lost.count == 1)
    }

    @Test("a closed record that is damaged is lost, though what was opened is there")
    func closingHalf() throws {
        let ring = try usedRing()
        let bytes = record("one").encoded
        try ring.open(slot: 2, ticket: 9, content: bytes)
        try ring.close(slot: 2, ticket: 9, content: bytes)
        try ring.file.write(
            [0xff], at: RingLayout.offset(ofSlot: 2) + RingLayout.closingBytes, subject: "ring")
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.lost == ["slot 2: the closing half was damaged"])
    }

    @Test("a record in the ring that holds more than a record does was changed")
    func changedInTheRing() throws {
        let ring = try usedRing()
        for more in ["DOE_VERDICT=allow\n", "DOE_NOTHING=1\n", ""] {
            var closed = record("one")
            closed[.verdict] = "deny"
            closed[.sequence] = "5"
            let bytes = closed.encoded + Array(more.utf8)
            try ring.open(slot: 2, ticket: 9, content: bytes)
            try ring.close(slot: 2, ticket: 9, content: bytes)
            #expect(try RingReader.read(stateDirectory: directory.path).lost.isEmpty == more.isEmpty)
        }
    }

    @Test("what is no file keeps nobody waiting, and what is larger than any ring is not read")
    func noFile() throws {
        let path = directory.path + "/ring"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        var error = #expect(throws: TrailError.self) { try RingReader.read(stateDirectory: directory.path) }
        #expect(error?.problem.contains("a pipe") == true, "\(String(describing: error))")
        #expect(unsafe unlink(path) == 0)
        try WholeFile.write([1], to: path, mode: 0o600)
        let most = RingLayout.fileSize(slotCount: RingLayout.slotCounts.upperBound)
        #expect(unsafe truncate(path, off_t(most + 1)) == 0)
        error = #expect(throws: TrailError.self) { try RingReader.read(stateDirectory: directory.path) }
        #expect(error?.problem.contains("larger than any ring") == true, "\(String(describing: error))")
    }

    @Test("no ring is said with what to do")
    func noRing() {
        let error = #expect(throws: TrailError.self) { try RingReader.read(stateDirectory: directory.path) }
        #expect(error?.problem.contains(directory.path + "/ring") == true)
        #expect(error?.remedy?.contains("--state-directory") == true)
    }
}
