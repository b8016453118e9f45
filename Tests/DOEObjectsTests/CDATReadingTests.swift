import TestSupport
import Testing

@testable import DOEObjects

@Suite("A CDAT as far as it can be read")
struct CDATReadingTests {
    private typealias Place = (offset: Int, length: Int, content: CDATStructure)

    /// The structures that came back, by where they start.
    private func found(_ bytes: [UInt8]) throws -> [Int: CDATStructure] {
        Dictionary(
            uniqueKeysWithValues: try CDATReading(bytes).entries.compactMap { entry in
                (try? entry.content.get()).map { (entry.offset, $0) }
            })
    }

    private func expect(_ places: [Place], in bytes: [UInt8], _ what: String) throws {
        let found = try found(bytes)
        for place in places { #expect(found[place.offset] == place.content, "\(what): at \(place.offset)") }
    }

    @Test("random tables, written naively, come back with every field and without a flaw")
    func everyField() throws {
        var generator = SeededGenerator(seed: 50)
        for round in 0..<400 {
            let table = NaiveTable(round % 12, using: &generator)
            let reading = try CDATReading(table.bytes)
            #expect(reading.flaws.isEmpty && reading.checksum == .right)
            #expect(reading.structures == table.structures.map(\.content))
            #expect(reading.entries.map(\.offset) == table.structures.map(\.offset))
            #expect(reading.entries.flatMap(\.bytes) == Array(table.bytes.dropFirst(16)))
            #expect(try CoherentDeviceAttributeTable(bytes: table.bytes).structures == reading.structures)
        }
    }

    @Test("a damaged byte hides no structure before it, and none behind it where it is in no length")
    func damagedByte() throws {
        var generator = SeededGenerator(seed: 51)
        for _ in 0..<600 {
            let table = NaiveTable(8, using: &generator)
            let place = Int(generator.next() % UInt64(table.bytes.count))
            var bytes = table.bytes
            bytes[place] ^= UInt8(1 + generator.next() % 255)
            let struck = table.structures.first { ($0.offset..<($0.offset + $0.length)).contains(place) }
            let isInLength = struck.map { [2, 3].contains(place - $0.offset) } ?? false
            let others = table.structures.filter { other in
                other.offset != struck?.offset && (!isInLength || other.offset < place)
            }
            try expect(others, in: bytes, "byte \(place)")
            #expect(try !CDATReading(bytes).flaws.isEmpty, "byte \(place)")
        }
    }

    @Test("a table that ends early shows what came whole before")
    func cutOff() throws {
        var generator = SeededGenerator(seed: 52)
        for _ in 0..<300 {
            let table = NaiveTable(6, using: &generator)
            let count = 16 + Int(generator.next() % UInt64(table.bytes.count - 15))
            let whole = table.structures.filter { $0.offset + $0.length <= count }
            let bytes = Array(table.bytes.prefix(count))
            try expect(whole, in: bytes, "\(count) bytes")
            #expect(try CDATReading(bytes).structures.count == whole.count)
            #expect(try CDATReading(bytes).flaws.isEmpty == (count == table.bytes.count))
        }
    }

    /// Five structures, as in the bug that Linux 6.3 lives with: the header promises 24 bytes more than they have.
    private func promisingMore() -> (bytes: [UInt8], structures: [CDATStructure]) {
        var generator = SeededGenerator(seed: 53)
        let table = NaiveTable(5, using: &generator)
        var bytes = table.bytes
        let promised = NaiveTable.little(UInt64(bytes.count + 24), 4)
        bytes.replaceSubrange(0..<4, with: promised)
        return (CDATTests.withChecksum(bytes), table.structures.map(\.content))
    }

    @Test("a header that promises more: an old kernel's copy has zeros behind, a new one's is shorter")
    func promises() throws {
        let (short, structures) = promisingMore()
        let count = short.count
        let new = try CDATReading(short)
        #expect(new.structures == structures && new.checksum == .right)
        #expect(
            new.flaws.map(\.problem) == [
                "byte 0: expected a length of \(count) bytes, as many as there are, found \(count + 24)"
            ])
        let old = try CDATReading(short + Array(repeating: 0, count: 24))
        #expect(old.structures == structures && old.checksum == .right)
        #expect(
            old.flaws.map(\.problem) == [
                "byte \(count): expected structures up to the length that the header says, found 24 zero bytes"
            ])
    }

    @Test("bytes that are missing may be what the checksum lacks")
    func checksum() throws {
        var (bytes, _) = promisingMore()
        bytes[5] &+= 1
        #expect(try CDATReading(bytes).checksum == .unknown)
        bytes += Array(repeating: 0, count: 24)
        guard case .wrong(let error) = try CDATReading(bytes).checksum else {
            Issue.record("a wrong checksum is not told")
            return
        }
        #expect(error.offset == 5 && error == CoherentDeviceAttributeTable.checksumError(in: bytes))
    }

    @Test("a structure of another length than its type has is told, and the next ones are read")
    func otherLength() throws {
        let grown: [UInt8] = [0, 0, 32, 0, 7] + Array(repeating: 9, count: 27)
        var bytes = UInt32(16 + 32 + 8).littleEndianBytes + [2] + Array(repeating: 0, count: 11) + grown
        bytes = CDATTests.withChecksum(bytes + [3, 0, 8, 0, 1, 5, 0, 0])
        let reading = try CDATReading(bytes)
        #expect(reading.structures == [.initiator(InitiatorStructure(flags: 1, handle: 5))])
        #expect(reading.entries.map(\.type) == [0, 3] && reading.entries[0].bytes == grown)
        #expect(reading.flaws.map(\.problem) == ["byte 18: expected a DSMAS length of 24 bytes, found 32"])
    }

    @Test("bytes without room for a header are no table", arguments: 0..<16)
    func noHeader(count: Int) {
        #expect(throws: ObjectError.self) { try CDATReading(Array(repeating: 1, count: count)) }
    }
}
