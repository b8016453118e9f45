internal import DOEWords
internal import PCIConfig

/// The JSON of `doe-audit ide`. Offsets, registers and memory addresses are hexadecimal texts: 64 bits are more than a
/// number in JSON can hold. A key without a value is left out.
struct IDEAnswer: Encodable {
    struct Function: Encodable {
        var address: String
        var device: String
        var chainDamage: String?
        var capabilities: [Capability]
    }

    struct Capability: Encodable {
        var offset: String
        var version: UInt8
        var supports: Support?
        var flowThroughEnabled: Bool
        var linkStreams: [Stream]
        var selectiveStreams: [Stream]
        var damage: String?
    }

    struct Support: Encodable {
        var register: String
        var linkStreams: Int
        var selectiveStreams: Int
        var algorithm: String
        var aggregation: Bool
        var configRequests: Bool
        var flowThrough: Bool
        var keyManagement: Bool
        var partialHeaderEncryption: Bool
        var plaintextCRC: Bool
        var teeLimited: Bool
        var xtMode: Bool
    }

    struct Stream: Encodable {
        var index: Int
        var offset: String
        var controlRegister: String
        var statusRegister: String
        var enabled: Bool
        var state: String
        var receivedFailMessage: Bool
        var streamID: UInt8
        var trafficClass: UInt8
        var algorithm: String
        var plaintextCRC: Bool
        var headerEncryption: String
        var aggregation: Aggregation
        var xtMode: Bool
        // Of selective streams alone.
        var defaultStream: Bool?
        var teeLimited: Bool?
        var configRequests: Bool?
        var requesters: Requesters?
        var addressBlocks: Int?
        var addresses: [Addresses]?
    }

    struct Aggregation: Encodable {
        var nonPosted: UInt8
        var posted: UInt8
        var completions: UInt8
    }

    struct Requesters: Encodable {
        var valid: Bool
        var base: String
        var limit: String
        var segmentBase: UInt8
        /// The last lies below the first: nothing is between them.
        var reversed: Bool
    }

    struct Addresses: Encodable {
        var valid: Bool
        var base: String
        var limit: String
        /// The last lies below the first: nothing is between them.
        var reversed: Bool
    }

    var functions: [Function]
    /// What was not looked at, each with why.
    var unread: UnreadFunctions
}
