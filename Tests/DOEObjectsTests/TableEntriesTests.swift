import DOEObjects
import Testing

@Suite("A CDAT cut into the answers of table access")
struct TableEntriesTests {
    private func table(_ bodies: [[UInt8]]) throws -> [UInt8] {
        let structures = try bodies.map {
            CDATStructure.unknown(try #require(UnknownStructure(unknownType: 99, body: $0)))
        }
        return CoherentDeviceAttributeTable(sequence: 7, structures: structures).bytes
    }

    @Test(
        "read entry by entry they give the same bytes",
        arguments: [[], [[]], [[1, 2, 3, 4]], [[1], [], [2, 3, 4, 5, 6]]])
    func roundTrip(_ bodies: [[UInt8]]) throws {
        let table = try table(bodies)
        let responses = try TableEntries.responses(to: table)
        #expect(responses.count == bodies.count + 1)
        var reader = CDATReader()
        while case .ask(let request) = reader.next {
            let handle = try TableAccessRequest(request).entryHandle
            try reader.take(try #require(responses[handle]))
        }
        #expect(reader.next == .done(table))
    }

    @Test("reserved bytes and a wrong checksum are handed out as they are")
    func asItIs() throws {
        var table = try table([[1, 2, 3, 4]])
        table[7] = 0xaa
        let responses = try TableEntries.responses(to: table)
        #expect(try TableAccessResponse(try #require(responses[0])).entry == Array(table.prefix(16)))
    }

    @Test("a structure that nobody here can read is an entry like any other")
    func unreadable() throws {
        let grown: [UInt8] = [0, 0, 32, 0] + Array(repeating: 5, count: 28)
        let table = UInt32(16 + 32).littleEndianBytes + Array(repeating: 0, count: 12) + grown
        let responses = try TableEntries.responses(to: table)
        #expect(try TableAccessResponse(try #require(responses[1])).entry == grown)
    }

    @Test("what is cut off anywhere is none")
    func cutOff() throws {
        let table = try table([[1, 2, 3, 4], [5]])
        for length in 0..<table.count {
            #expect(throws: ObjectError.self) { try TableEntries.responses(to: Array(table.prefix(length))) }
        }
    }
}
