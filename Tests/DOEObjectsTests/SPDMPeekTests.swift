import DOEWords
import Testing

@testable import DOEObjects

@Suite("A look into SPDM objects")
struct SPDMPeekTests {
    private func peek(_ payload: [UInt8], _ object: ObjectID = .spdm) throws -> SPDMPeek {
        try #require(SPDMPeek(DataObject(object, payload: payload)))
    }

    /// A vendor-defined request from its parts; `length` in place of the payload's own for a lie.
    private func vendorDefined(
        standard: UInt16, vendor: [UInt8], payload: [UInt8], length: UInt16? = nil, parameter1: UInt8 = 0
    ) throws -> SPDMPeek {
        let message: [UInt8] =
            [0x12, 0xfe, parameter1, 0] + standard.littleEndianBytes + [UInt8(vendor.count)] + vendor
            + (length ?? UInt16(payload.count)).littleEndianBytes + payload
        return try peek(message)
    }

    @Test("the header's fields are read")
    func header() throws {
        guard case .message(let message) = try peek([0x12, 0x82, 3, 4, 0, 0, 0, 0]) else {
            Issue.record("no message")
            return
        }
        #expect(message.version == 0x12)
        #expect(message.versionText == "1.2")
        #expect(message.code.name == "GET_CERTIFICATE")
        #expect(message.parameter1 == 3 && message.parameter2 == 4)
        #expect(message.vendorDefined == [])
    }

    @Test(
        "codes have the specification's names, others their number",
        arguments: [
            (0x81, "GET_DIGESTS"), (0x84, "GET_VERSION"), (0x86, "CHUNK_GET"), (0x87, "GET_ENDPOINT_INFO"),
            (0xe2, "GET_SUPPORTED_EVENT_TYPES"), (0xe4, "KEY_EXCHANGE"), (0xef, "GET_MEASUREMENT_EXTENSION_LOG"),
            (0xfc, "GET_KEY_PAIR_INFO"), (0xff, "RESPOND_IF_READY"), (0x04, "VERSION"), (0x7f, "ERROR"),
            (0x90, "0x90"), (0x00, "0x00"),
        ] as [(UInt8, String)])
    func names(code: UInt8, name: String) throws {
        #expect(try peek([0x10, code, 0, 0]).name == name)
    }

    @Test("requests have bit 7 and responses have not, and no name is given twice")
    func tables() {
        #expect(SPDMCode.requestNames.keys.allSatisfy { SPDMCode(rawValue: $0).isRequest })
        #expect(!SPDMCode.responseNames.keys.contains { SPDMCode(rawValue: $0).isRequest })
        let names = Array(SPDMCode.requestNames.values) + Array(SPDMCode.responseNames.values)
        #expect(Set(names).count == names.count)
    }

    @Test("chunks are opaque, whichever way they go; asking for one is not", arguments: [0x85, 0x05, 0x06] as [UInt8])
    func chunks(code: UInt8) throws {
        let chunk = try peek([0x12, code, 0, 0, 1, 0, 0, 0])
        #expect(chunk.name == "opaque" && chunk.isOpaque)
        #expect(try !peek([0x12, 0x86, 0, 0]).isOpaque)
    }

    @Test(
        "secured messages show session and length only",
        arguments: [ObjectID.securedSPDM, .securedSPDMWithConnection])
    func secured(object: ObjectID) throws {
        let secured = try peek([0xfe, 0xff, 0xff, 0xff, 0x20, 0x01, 9, 9], object)
        guard case .secured(let message) = secured else {
            Issue.record("not secured")
            return
        }
        #expect(message.sessionID == 0xffff_fffe)
        #expect(message.length == 0x120)
        #expect(secured.name == "opaque" && secured.isOpaque)
    }

    @Test("connection ids change nothing")
    func connection() throws {
        #expect(try peek([0x12, 0x84, 0, 0], .spdmWithConnection).name == "GET_VERSION")
    }

    @Test("too short an object is malformed, another object is none of SPDM's")
    func short() throws {
        #expect(try peek([]).name == "malformed")
        #expect(try peek([1, 2, 3, 4], .securedSPDM) == .truncated)
        #expect(SPDMPeek(try DataObject(.discovery, payload: [0, 0, 0, 0])) == nil)
        #expect(SPDMPeek(try DataObject(ObjectID(vendor: 1, type: 5), payload: [0, 0, 0, 0])) == nil)
    }

    @Test(
        "published protocols inside are named, with their message",
        arguments: [
            (0x0001, [0x00, 0x02], "PCI-SIG 0001 IDE_KM KEY_PROG"),
            (0x0001, [0x00, 0x07], "PCI-SIG 0001 IDE_KM"),
            (0x0001, [0x01, 0x10, 0x83], "PCI-SIG 0001 TDISP LOCK_INTERFACE_REQUEST"),
            (0x0001, [0x01], "PCI-SIG 0001 TDISP"),
            (0x0001, [0x02, 0x10, 0x83], "PCI-SIG 0001"),
            (0x1e98, [0x00, 0x07], "PCI-SIG 1e98 CXL-IDE_KM GET_KEY"),
            (0x1e98, [0x01, 0x10, 0x86], "PCI-SIG 1e98 CXL-TSP LOCK_TARGET_CONFIGURATION"),
            (0x10de, [0x01, 0x10, 0x83], "PCI-SIG 10de"),
        ] as [(UInt16, [UInt8], String)])
    func published(vendor: UInt16, payload: [UInt8], text: String) throws {
        let inner = try #require(
            vendorDefined(standard: 3, vendor: vendor.littleEndianBytes, payload: payload).vendorDefined.first)
        #expect(inner.description == text)
        #expect(inner.pciVendor == vendor)
        #expect(inner.payloadLength == payload.count)
        #expect((inner.publishedProtocol != nil) == text.contains("_") || text.hasSuffix("TDISP"))
    }

    @Test("other registries keep their vendor ids as they are")
    func registries() throws {
        let iana = try #require(vendorDefined(standard: 4, vendor: [1, 2, 3, 4], payload: [9]).vendorDefined.first)
        #expect(iana.description == "IANA 01020304")
        #expect(iana.pciVendor == nil && iana.publishedProtocol == nil)
        let dmtf = try #require(vendorDefined(standard: 0, vendor: [], payload: []).vendorDefined.first)
        #expect(dmtf.description == "DMTF")
        #expect(dmtf.protocolID == nil)
        let odd = try #require(vendorDefined(standard: 12, vendor: Array(1...20), payload: []).vendorDefined.first)
        #expect(odd.description == "standard 12 0102030405060708...")
        let wrongSize = try #require(vendorDefined(standard: 3, vendor: [1], payload: [0, 0]).vendorDefined.first)
        #expect(wrongSize.publishedProtocol == nil)
        let authorization = try #require(
            vendorDefined(standard: 11, vendor: [0x21, 1], payload: [0]).vendorDefined.first)
        #expect(authorization.description == "DMTF-DSP 2101")
    }

    @Test("lengths that do not fit the object give nothing, and the request keeps its name")
    func lies() throws {
        let long = try vendorDefined(standard: 3, vendor: [1, 0], payload: [0, 2], length: 0xffff)
        #expect(long.vendorDefined == [])
        #expect(long.name == "VENDOR_DEFINED_REQUEST")
        #expect(try peek([0x12, 0xfe, 0, 0, 3, 0, 0xff, 1, 0]).vendorDefined == [])
        #expect(try peek([0x12, 0xfe, 0, 0]).vendorDefined == [])
    }

    @Test("responses are looked into like requests")
    func response() throws {
        let bytes: [UInt8] = [0x12, 0x7e, 0, 0, 3, 0, 2, 1, 0, 2, 0, 0, 3]
        #expect(try peek(bytes).vendorDefined.map(\.publishedProtocol) == [.ideKeyManagement])
    }
}
