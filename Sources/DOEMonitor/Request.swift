public import DOEObjects

/// What a client's bytes turned out to be, as far as the framing tells.
public enum Request: Hashable, Sendable {
    /// A payload that should be a request object.
    case exchange([UInt8])
    /// A command beside the objects.
    case outOfBand(OutOfBandRequest)
    /// Bytes that the framing already refuses: no object, and not looked at as one. They are recorded and nothing is
    /// sent.
    case malformed([UInt8], problem: String)

    /// The bytes as they came.
    public var bytes: [UInt8] {
        switch self {
        case .exchange(let bytes), .malformed(let bytes, _): bytes
        case .outOfBand(let request): request.payload
        }
    }
}
