import DOEObjects
import Testing

/// The table of codes against another one, written down line by line from DMTF's spdm.h (libspdm) and from the enum
/// spdm_reqrsp_code of Linux' SPDM patches, which notes the version that brought each.
@Suite("Codes of SPDM")
struct SPDMCodeTests {
    private struct Entry {
        let code: UInt8
        let name: String
        let version: String
    }

    private static let published = """
        01 DIGESTS 1.0
        02 CERTIFICATE 1.0
        03 CHALLENGE_AUTH 1.0
        04 VERSION 1.0
        05 CHUNK_SEND_ACK 1.2
        06 CHUNK_RESPONSE 1.2
        07 ENDPOINT_INFO 1.3
        08 SLOT_MANAGEMENT_RESP 1.4
        60 MEASUREMENTS 1.0
        61 CAPABILITIES 1.0
        62 SUPPORTED_EVENT_TYPES 1.3
        63 ALGORITHMS 1.0
        64 KEY_EXCHANGE_RSP 1.1
        65 FINISH_RSP 1.1
        66 PSK_EXCHANGE_RSP 1.1
        67 PSK_FINISH_RSP 1.1
        68 HEARTBEAT_ACK 1.1
        69 KEY_UPDATE_ACK 1.1
        6a ENCAPSULATED_REQUEST 1.1
        6b ENCAPSULATED_RESPONSE_ACK 1.1
        6c END_SESSION_ACK 1.1
        6d CSR 1.2
        6e SET_CERTIFICATE_RSP 1.2
        6f MEASUREMENT_EXTENSION_LOG 1.3
        70 SUBSCRIBE_EVENT_TYPES_ACK 1.3
        71 EVENT_ACK 1.3
        7c KEY_PAIR_INFO 1.3
        7d SET_KEY_PAIR_INFO_ACK 1.3
        7e VENDOR_DEFINED_RESPONSE 1.0
        7f ERROR 1.0
        81 GET_DIGESTS 1.0
        82 GET_CERTIFICATE 1.0
        83 CHALLENGE 1.0
        84 GET_VERSION 1.0
        85 CHUNK_SEND 1.2
        86 CHUNK_GET 1.2
        87 GET_ENDPOINT_INFO 1.3
        88 SLOT_MANAGEMENT 1.4
        e0 GET_MEASUREMENTS 1.0
        e1 GET_CAPABILITIES 1.0
        e2 GET_SUPPORTED_EVENT_TYPES 1.3
        e3 NEGOTIATE_ALGORITHMS 1.0
        e4 KEY_EXCHANGE 1.1
        e5 FINISH 1.1
        e6 PSK_EXCHANGE 1.1
        e7 PSK_FINISH 1.1
        e8 HEARTBEAT 1.1
        e9 KEY_UPDATE 1.1
        ea GET_ENCAPSULATED_REQUEST 1.1
        eb DELIVER_ENCAPSULATED_RESPONSE 1.1
        ec END_SESSION 1.1
        ed GET_CSR 1.2
        ee SET_CERTIFICATE 1.2
        ef GET_MEASUREMENT_EXTENSION_LOG 1.3
        f0 SUBSCRIBE_EVENT_TYPES 1.3
        f1 SEND_EVENT 1.3
        fc GET_KEY_PAIR_INFO 1.3
        fd SET_KEY_PAIR_INFO 1.3
        fe VENDOR_DEFINED_REQUEST 1.0
        ff RESPOND_IF_READY 1.0
        """.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Entry(code: UInt8(words[0], radix: 16) ?? 0, name: words[1], version: words[2])
        }

    @Test("each of the 256 codes is called as the specification has it, others by their number")
    func everyCode() {
        #expect(Self.published.count == 60)
        for raw in UInt8.min...UInt8.max {
            let code = SPDMCode(rawValue: raw)
            let entries = Self.published.filter { $0.code == raw }
            let digits = String(raw, radix: 16)
            #expect(code.name == entries.first?.name, "\(digits)")
            #expect(code.description == entries.first?.name ?? "0x\(raw < 16 ? "0" : "")\(digits)")
            #expect(code.isRequest == (raw >= 128))
            #expect(SPDMCode.requestNames[raw] == (raw >= 128 ? entries.first?.name : nil))
            #expect(SPDMCode.responseNames[raw] == (raw >= 128 ? nil : entries.first?.name))
            #expect(code.isChunk == (entries.first?.version == "1.2" && [0x85, 0x05, 0x06].contains(raw)))
            #expect(code.isVendorDefined == (entries.first?.name.hasPrefix("VENDOR_DEFINED_") ?? false))
        }
    }

    @Test("each request but a piece of one is a word of the rules")
    func words() {
        for entry in Self.published {
            let isWord = SPDMRequestName.words.contains(entry.name)
            #expect(isWord == (entry.code >= 128 && entry.name != "CHUNK_SEND"), "\(entry.name)")
        }
    }

    @Test("registries are called as the specification has them")
    func registries() {
        // libspdm's SPDM_REGISTRY_ID_*, from 0 on.
        let published = [
            "DMTF", "TCG", "USB", "PCI-SIG", "IANA", "HDBaseT", "MIPI", "CXL", "JEDEC", "VESA", "IANA-CBOR", "DMTF-DSP",
        ]
        for number in UInt16.min...300 {
            let name = SPDMStandard(rawValue: number).description
            #expect(name == (number < 12 ? published[Int(number)] : "standard \(number)"))
        }
    }
}
