import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

@Suite("Reading a CDAT entry by entry")
struct CDATReaderTests {
    /// Answers as a well-behaved device does: handle n is entry n.
    static func answer(_ request: TableAccessRequest, from entries: [[UInt8]]) throws -> DataObject {
        let index = Int(request.entryHandle)
        let next = index + 1 < entries.count ? UInt16(index + 1) : nil
        return try TableAccessResponse(nextHandle: next, entry: entries[index]).dataObject()
    }

    static let header: [UInt8] = UInt32(32).littleEndianBytes + Array(repeating: 0, count: 12)
    static let structure: [UInt8] = [9, 0, 8, 0, 1, 2, 3, 4]

    @Test("a whole table comes out byte for byte, padding of odd entries left out")
    func whole() throws {
        var reader = CDATReader()
        var exchanges = 0
        while case .ask(let object) = reader.next {
            try reader.take(try Self.answer(TableAccessRequest(object), from: CDATTests.whole.entries))
            exchanges += 1
        }
        #expect(exchanges == CDATTests.whole.entries.count)
        #expect(reader.next == .done(CDATTests.wholeBytes))
        #expect(throws: ObjectError.self) { try reader.take(DiscoveryResponse.pastTheEnd.dataObject) }
    }

    @Test("a broken table is still read whole: judging it is another's work")
    func brokenTable() throws {
        var reader = CDATReader()
        try reader.take(response(Self.header, next: 1))
        try reader.take(response(Self.structure, next: 2))
        try reader.take(response(Self.structure, next: nil))
        #expect(reader.next == .done(Self.header + Self.structure + Self.structure))
    }

    private func response(_ entry: [UInt8], next: UInt16?) throws -> DataObject {
        try TableAccessResponse(nextHandle: next, entry: entry).dataObject()
    }

    @Test("a first entry that is no header is refused", arguments: [4, 12, 20, 32])
    func noHeader(count: Int) throws {
        var reader = CDATReader()
        let answer = try response(Array(repeating: 16, count: count), next: 1)
        #expect(throws: ObjectError.self) { try reader.take(answer) }
    }

    @Test("a table length that cannot be is refused", arguments: [0, 15, 65_537, 0xffff_ffff] as [UInt32])
    func tableLength(length: UInt32) throws {
        var reader = CDATReader()
        let answer = try response(length.littleEndianBytes + Array(repeating: 0, count: 12), next: 1)
        let error = #expect(throws: ObjectError.self) { try reader.take(answer) }
        #expect(error?.offset == 12)
        #expect(error?.found == "\(length)")
    }

    @Test("a handle that comes twice is refused", arguments: [0, 1] as [UInt16])
    func loop(handle: UInt16) throws {
        var reader = CDATReader()
        try reader.take(response(Self.header, next: 1))
        let answer = try response(Self.structure, next: handle)
        #expect(throws: ObjectError.self) { try reader.take(answer) }
    }

    @Test("handles need not count upwards")
    func anyOrder() throws {
        var reader = CDATReader()
        try reader.take(response(Self.header, next: 0x800))
        try reader.take(response(Self.structure, next: 0x10))
        #expect(reader.next == .ask(TableAccessRequest(entryHandle: 0x10).dataObject))
        try reader.take(response(Self.structure, next: nil))
        #expect(reader.next == .done(Self.header + Self.structure + Self.structure))
    }

    @Test("after an answer that leads no further, what came before is still there")
    func whatCame() throws {
        var reader = CDATReader()
        #expect(reader.table.isEmpty)
        try reader.take(response(Self.header, next: 1))
        try reader.take(response(Self.structure, next: 2))
        let loop = try response(Self.structure, next: 1)
        #expect(throws: ObjectError.self) { try reader.take(loop) }
        #expect(Array(reader.table.prefix(24)) == Self.header + Self.structure)
    }

    @Test("more bytes than the header says, fewer, and a handle behind the last byte are refused")
    func wrongTotal() throws {
        var tooMuch = CDATReader()
        try tooMuch.take(response(Self.header, next: 1))
        let large = try response([9, 0, 20, 0] + Array(repeating: 0, count: 16), next: nil)
        #expect(throws: ObjectError.self) { try tooMuch.take(large) }

        var tooLittle = CDATReader()
        try tooLittle.take(response(Self.header, next: 1))
        let last = try response(Self.structure, next: nil)
        #expect(throws: ObjectError.self) { try tooLittle.take(last) }

        var goesOn = CDATReader()
        try goesOn.take(response(Self.header, next: 1))
        try goesOn.take(response(Self.structure, next: 2))
        let more = try response(Self.structure, next: 3)
        #expect(throws: ObjectError.self) { try goesOn.take(more) }
    }

    @Test(
        "an entry that is not one structure is refused",
        arguments: [[9, 0, 3, 0], [9, 0, 0, 0], [9, 0, 5, 0], [9, 0, 4, 0, 0, 0, 0, 0]] as [[UInt8]])
    func notOneStructure(entry: [UInt8]) throws {
        var reader = CDATReader()
        try reader.take(response(Self.header, next: 1))
        let answer = try response(entry, next: 2)
        let error = #expect(throws: ObjectError.self) { try reader.take(answer) }
        #expect(error?.offset == 14)
    }

    @Test("whatever a device answers, reading ends, and what it gives is as long as its header says")
    func alwaysEnds() throws {
        var generator = SeededGenerator(seed: 3)
        var finished = 0
        for round in 0..<400 {
            var reader = CDATReader(limit: 400)
            var exchanges = 0
            while case .ask = reader.next {
                exchanges += 1
                try #require(exchanges <= 100)
                let answer = try hostileAnswer(isFirst: exchanges == 1, round: round, using: &generator)
                do { try reader.take(answer) } catch { break }
            }
            if case .done(let table) = reader.next {
                finished += 1
                #expect(table.count == Int(table[0]) | Int(table[1]) << 8)
            }
        }
        #expect(finished > 0, "the answers never made a whole table: this test tests nothing")
    }

    /// Mostly well-formed answers, so that walks get far, now and then noise.
    private func hostileAnswer(
        isFirst: Bool, round: Int, using generator: inout SeededGenerator
    ) throws -> DataObject {
        if generator.next() % 50 == 0 {
            return try DataObject(.tableAccess, payload: generator.tameBytes(Int(generator.next() % 64)))
        }
        let handle = generator.next() % 20 == 0 ? nil : UInt16(truncatingIfNeeded: generator.next() % 5000)
        if isFirst {
            return try response(UInt32(16 + round % 8 * 8).littleEndianBytes + generator.bytes(12), next: handle)
        }
        return try response([7, 0, 8, 0] + generator.bytes(4), next: generator.next() % 4 == 0 ? nil : handle)
    }
}
