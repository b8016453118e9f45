import DOEWords
import Testing

@testable import DOEObjects

@Suite("Data object")
struct DataObjectTests {
    @Test(
        "bytes whose header disagrees with them are refused, with the offset",
        arguments: [
            ([], 0, "8 bytes"), ([1, 0, 0, 0, 2, 0, 0], 7, "8 bytes"),
            ([1, 0, 0, 0, 2, 0, 0, 0, 9], 9, "whole dwords"), ([1, 0, 0, 0, 1, 0, 0, 0], 4, "2 dwords or more"),
            ([1, 0, 0, 0, 3, 0, 0, 0], 4, "a length of 2 dwords"), ([1, 0, 0, 0, 0, 0, 0, 0], 4, "2 dwords"),
        ] as [([UInt8], Int, String)])
    func refuses(bytes: [UInt8], offset: Int, expected: String) {
        let error = #expect(throws: ObjectError.self) { try DataObject(bytes: bytes) }
        #expect(error?.offset == offset)
        #expect(error?.expected.contains(expected) == true)
    }

    @Test("connection bits above the length do not disagree with it")
    func connection() throws {
        let object = try DataObject(bytes: [1, 0, 3, 0, 3, 0, 0xfc, 0x3f, 1, 2, 3, 4])
        #expect(object.header.connection == 0xfff)
        #expect(object.dwordCount == 3)
        #expect(object.dword(2) == 0x0403_0201)
    }

    @Test("the longest object is 2^18 dwords, written as 0, and one dword more is refused")
    func longest() throws {
        let payload = [UInt8](repeating: 7, count: (1 << 20) - 8)
        let object = try DataObject(.spdm, payload: payload)
        #expect(object.dword(1) == 0)
        #expect(try DataObject(bytes: object.bytes) == object)
        #expect(throws: ObjectError.self) { try DataObject(.spdm, payload: payload + [1]) }
    }

    @Test("a payload is padded with zeros to whole dwords", arguments: 0...9)
    func padding(count: Int) throws {
        let object = try DataObject(.spdm, payload: Array(repeating: 0xff, count: count))
        #expect(object.bytes.count == 8 + (count + 3) / 4 * 4)
        #expect(object.payload.prefix(count).allSatisfy { $0 == 0xff })
        #expect(object.payload.dropFirst(count).allSatisfy { $0 == 0 })
        #expect(try DataObject(bytes: object.bytes) == object)
    }
}
