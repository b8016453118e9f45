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

    @Test("every status has a name of its own, and there are nine")
    func statuses() {
        #expect(Set(ComplianceStatus.allCases.map(\.description)).count == 9)
        #expect(ComplianceStatus(rawValue: 3)?.description == "unsupported injection")
        #expect(ComplianceStatus(rawValue: 9) == nil)
    }
}
