import DOEWords
import Testing

@testable import DOEObjects

@Suite("Table access")
struct TableAccessTests {
    @Test("a request is the three dwords of the specification")
    func request() throws {
        let object = TableAccessRequest(entryHandle: 0x1234).dataObject
        #expect(object.bytes == [0x98, 0x1e, 2, 0, 3, 0, 0, 0, 0, 0, 0x34, 0x12])
        #expect(try TableAccessRequest(object).entryHandle == 0x1234)
    }

    @Test("another code or table type is refused, with its byte", arguments: [(0, 8), (1, 9)])
    func otherCode(byte: Int, offset: Int) throws {
        var payload: [UInt8] = [0, 0, 0, 0]
        payload[byte] = 1
        let object = try DataObject(.tableAccess, payload: payload)
        #expect(throws: ObjectError.self) { try TableAccessRequest(object) }
        let error = #expect(throws: ObjectError.self) {
            try TableAccessResponse(DataObject(.tableAccess, payload: payload + [1, 2, 3, 4]))
        }
        #expect(error?.offset == offset)
    }

    @Test("a response survives the way there and back", arguments: [nil, 0, 7, 0xfffe] as [UInt16?])
    func response(next: UInt16?) throws {
        let response = TableAccessResponse(nextHandle: next, entry: [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try TableAccessResponse(response.dataObject()) == response)
        #expect(try response.dataObject().dword(2) >> 16 == UInt32(next ?? 0xffff))
    }

    @Test("a response without an entry is refused")
    func noEntry() throws {
        let object = try DataObject(.tableAccess, payload: [0, 0, 0xff, 0xff])
        #expect(throws: ObjectError.self) { try TableAccessResponse(object) }
    }

    @Test("an entry that does not fit an object is refused")
    func tooLong() {
        let response = TableAccessResponse(nextHandle: nil, entry: Array(repeating: 0, count: 1 << 20))
        #expect(throws: ObjectError.self) { try response.dataObject() }
    }
}
