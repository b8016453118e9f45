internal import DOEWords

/// What can be seen of an SPDM object from outside, without keeping any session's state.
public enum SPDMPeek: Hashable, Sendable {
    /// A message in the clear.
    case message(SPDMMessage)
    /// A message in the clear that holds a piece of another one (CHUNK_SEND and the like): what it asks for is hidden.
    case chunk(SPDMMessage)
    /// An encrypted message: what it asks for is hidden.
    case secured(SecuredMessage)
    /// Too short for a header of its kind.
    case truncated

    /// Looks into an object; `nil` where it is none of the four SPDM objects (0001:01 to 0001:04).
    public init?(_ object: DataObject) {
        switch object.object {
        case .spdm, .spdmWithConnection:
            guard let message = SPDMMessage(object) else {
                self = .truncated
                return
            }
            self = message.code.isChunk ? .chunk(message) : .message(message)
        case .securedSPDM, .securedSPDMWithConnection:
            guard let message = SecuredMessage(object) else {
                self = .truncated
                return
            }
            self = .secured(message)
        default:
            return nil
        }
    }

    /// What rules and records call it: the code's name (`GET_VERSION`, or `0x90` for an unknown one), `opaque` where
    /// it is hidden, `malformed` where there is none.
    public var name: String {
        switch self {
        case .message(let message): message.code.description
        case .chunk, .secured: "opaque"
        case .truncated: "malformed"
        }
    }

    /// Whether what the object asks for cannot be seen.
    public var isOpaque: Bool {
        switch self {
        case .chunk, .secured: true
        case .message, .truncated: false
        }
    }

    /// What a vendor-defined message in the clear carries, in each way in which it may be read; none for any other.
    public var vendorDefined: [SPDMVendorDefined] {
        if case .message(let message) = self { message.vendorDefined } else { [] }
    }

    /// What records say: the name, and of a vendor-defined message in the clear what it carries, `PCI-SIG 10de`.
    /// Where two ways of reading it differ, both.
    public var recordedName: String {
        let carried = vendorDefined
        return carried.isEmpty ? name : carried.joined(\.description)
    }
}
