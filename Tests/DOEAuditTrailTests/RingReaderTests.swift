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

    @Test("damage is told, and the rest is read")
    func damage() throws {
        let trail = try trail(capacity: 8)
        for number in 1...3 { try trail.write(record("closed \(number)")) }
        trail.stop()
        let file = try #require(FileInPlace(directory.path + "/ring"))
        // The records stand in the slots from the first on; slot 1's halves, one copy of the header, all behind slot 5.
        let slot = RingLayout.offset(ofSlot: 1)
        for offset in [0, slot + RingLayout.openingBytes, slot + RingLayout.closingBytes] {
            try file.descriptor.write([0xff, 0xff, 0xff], at: offset, subject: "ring")
        }
        #expect(ftruncate(file.descriptor.number, off_t(RingLayout.offset(ofSlot: 6))) == 0)
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(reading.closed.map(\.sequence) == [1, 3])
        #expect(reading.lost.count == 2, "\(reading.lost)")
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

    @Test("no ring is said with what to do")
    func noRing() {
        let error = #expect(throws: TrailError.self) { try RingReader.read(stateDirectory: directory.path) }
        #expect(error?.problem.contains(directory.path + "/ring") == true)
        #expect(error?.remedy?.contains("--state-directory") == true)
    }
}
