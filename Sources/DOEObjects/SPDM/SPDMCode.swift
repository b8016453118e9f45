internal import DOEWords

/// The request or response code of an SPDM message (DSP0274, versions 1.0 to 1.4). Bit 7 is set in requests.
public struct SPDMCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code, byte 1 of the message.
    public let rawValue: UInt8

    /// A code from its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Resets the whole state of the responder, for everybody who talks to it.
    public static let getVersion = Self(rawValue: 0x84)
    /// The answer to it.
    public static let version = Self(rawValue: 0x04)
    /// Sends a piece of a longer request.
    public static let chunkSend = Self(rawValue: 0x85)
    /// Carries a request that SPDM itself does not define.
    public static let vendorDefinedRequest = Self(rawValue: 0xfe)
    /// Carries the response to one.
    public static let vendorDefinedResponse = Self(rawValue: 0x7e)
    /// Ends a session.
    public static let endSession = Self(rawValue: 0xec)

    /// Whether the message goes from requester to responder.
    public var isRequest: Bool { rawValue & 0x80 != 0 }

    /// Whether the message holds a piece of another one, which cannot be read alone.
    public var isChunk: Bool { [0x85, 0x05, 0x06].contains(rawValue) }

    /// Whether the message carries something that SPDM itself does not define.
    public var isVendorDefined: Bool { self == .vendorDefinedRequest || self == .vendorDefinedResponse }

    /// The specification's name, `GET_VERSION`; `nil` for a code nobody here knows.
    public var name: String? { Self.requestNames[rawValue] ?? Self.responseNames[rawValue] }

    /// The name; for a code nobody here knows, `0x90`.
    public var description: String { name ?? "0x\(rawValue.hex(digits: 2))" }

    /// Every request's name by its code.
    public static let requestNames: [UInt8: String] = [
        0x81: "GET_DIGESTS", 0x82: "GET_CERTIFICATE", 0x83: "CHALLENGE", 0x84: "GET_VERSION",
        0x85: "CHUNK_SEND", 0x86: "CHUNK_GET", 0x87: "GET_ENDPOINT_INFO", 0x88: "SLOT_MANAGEMENT",
        0xe0: "GET_MEASUREMENTS", 0xe1: "GET_CAPABILITIES", 0xe2: "GET_SUPPORTED_EVENT_TYPES",
        0xe3: "NEGOTIATE_ALGORITHMS", 0xe4: "KEY_EXCHANGE", 0xe5: "FINISH", 0xe6: "PSK_EXCHANGE",
        0xe7: "PSK_FINISH", 0xe8: "HEARTBEAT", 0xe9: "KEY_UPDATE", 0xea: "GET_ENCAPSULATED_REQUEST",
        0xeb: "DELIVER_ENCAPSULATED_RESPONSE", 0xec: "END_SESSION", 0xed: "GET_CSR", 0xee: "SET_CERTIFICATE",
        0xef: "GET_MEASUREMENT_EXTENSION_LOG", 0xf0: "SUBSCRIBE_EVENT_TYPES", 0xf1: "SEND_EVENT",
        0xfc: "GET_KEY_PAIR_INFO", 0xfd: "SET_KEY_PAIR_INFO", 0xfe: "VENDOR_DEFINED_REQUEST",
        0xff: "RESPOND_IF_READY",
    ]

    /// Every response's name by its code.
    public static let responseNames: [UInt8: String] = [
        0x01: "DIGESTS", 0x02: "CERTIFICATE", 0x03: "CHALLENGE_AUTH", 0x04: "VERSION", 0x05: "CHUNK_SEND_ACK",
        0x06: "CHUNK_RESPONSE", 0x07: "ENDPOINT_INFO", 0x08: "SLOT_MANAGEMENT_RESP", 0x60: "MEASUREMENTS",
        0x61: "CAPABILITIES", 0x62: "SUPPORTED_EVENT_TYPES", 0x63: "ALGORITHMS", 0x64: "KEY_EXCHANGE_RSP",
        0x65: "FINISH_RSP", 0x66: "PSK_EXCHANGE_RSP", 0x67: "PSK_FINISH_RSP", 0x68: "HEARTBEAT_ACK",
        0x69: "KEY_UPDATE_ACK", 0x6a: "ENCAPSULATED_REQUEST", 0x6b: "ENCAPSULATED_RESPONSE_ACK",
        0x6c: "END_SESSION_ACK", 0x6d: "CSR", 0x6e: "SET_CERTIFICATE_RSP", 0x6f: "MEASUREMENT_EXTENSION_LOG",
        0x70: "SUBSCRIBE_EVENT_TYPES_ACK", 0x71: "EVENT_ACK", 0x7c: "KEY_PAIR_INFO",
        0x7d: "SET_KEY_PAIR_INFO_ACK", 0x7e: "VENDOR_DEFINED_RESPONSE", 0x7f: "ERROR",
    ]
}
