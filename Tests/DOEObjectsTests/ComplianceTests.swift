import DOEObjects
import DOEWords
import Testing

@Suite("Compliance requests")
struct ComplianceTests {
    @Test("code and version are bytes 8 and 9 of the object")
    func peek() throws {
        let request = try #require(ComplianceRequest(DataObject(.compliance, payload: [6, 2, 0xaa, 0xbb])))
        #expect(request.code == 6)
        #expect(request.version == 2)
        #expect(request.name == "inject-link-poison")
    }

    @Test(
        "codes have the specification's names, others their number",
        arguments: [
            (0x00, "capabilities"), (0x01, "status"), (0x02, "halt-all"), (0x07, "inject-crc"), (0x0c, "inject-viral"),
            (0x0f, "inject-flit-bit-error"), (0x10, "media-poison"), (0x12, "device-health-injection"),
            (0x13, "0x13"), (0xff, "0xff"),
        ] as [(UInt8, String)])
    func names(code: UInt8, name: String) throws {
        #expect(try #require(ComplianceRequest(DataObject(.compliance, payload: [code]))).name == name)
    }

    @Test("a compliance object without a code, and any other object, has no request")
    func none() throws {
        #expect(ComplianceRequest(try DataObject(.compliance, payload: [])) == nil)
        #expect(ComplianceRequest(try DataObject(.tableAccess, payload: [0, 0, 0, 0])) == nil)
    }

    @Test("a request has the length of its fields in the specification's tables", arguments: UInt8.min...UInt8.max)
    func lengths(code: UInt8) {
        #expect(ComplianceRequest.lengths(ofCode: code) == ComplianceLengths.published(code))
    }

    @Test("a request of several published lengths is whole in each")
    func bothRevisions() throws {
        for dwords in [5, 17] {
            let request = try DataObject(.compliance, payload: [5] + [UInt8](repeating: 0, count: (dwords - 2) * 4 - 1))
            #expect(request.publishedLength == dwords)
            try request.checkRequestShape()
        }
        let neither = try DataObject(.compliance, payload: [5] + [UInt8](repeating: 0, count: 15))
        let error = try #require(throws: ObjectError.self) { try neither.checkRequestShape() }
        #expect(error.problem == "byte 4: expected a length of 5 or 17 dwords for compliance request 05, found 6")
    }
}

/// The lengths of compliance requests, worked out from where the last field of each table ends.
enum ComplianceLengths {
    /// CXL 4.0, Tables 14-58 to 14-95: by code, the last field's offset in the object and its length in bytes.
    private static let new: [UInt8: (offset: Int, count: Int)] = [
        0x00: (0x0a, 2), 0x01: (0x0a, 2), 0x02: (0x0a, 2), 0x03: (0x40, 4), 0x04: (0x2c, 4), 0x05: (0x40, 4),
        0x06: (0x0c, 1), 0x07: (0x0d, 1), 0x08: (0x0c, 1), 0x09: (0x0c, 1), 0x0a: (0x0e, 1), 0x0b: (0x0d, 1),
        0x0c: (0x0c, 1), 0x0d: (0x0d, 3), 0x0e: (0x0d, 3), 0x0f: (0x0d, 3), 0x10: (0x18, 0x40), 0x11: (0x10, 4),
        0x12: (0x18, 2),
    ]
    /// Where CXL 2.0 (Table 287) and what was built after it differ.
    private static let old: [UInt8: (offset: Int, count: Int)] = [0x05: (0x0e, 4), 0x10: (0x18, 8)]

    /// How many dwords a request may have, the shortest first.
    static func published(_ code: UInt8) -> [Int] {
        [old[code], new[code]].compactMap { $0.map { ($0.offset + $0.count + 3) / 4 } }
    }
}
