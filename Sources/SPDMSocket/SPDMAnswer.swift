/// How a request through an SPDM socket was answered.
public enum SPDMAnswer: Hashable, Sendable {
    /// A response object as it came, unchecked.
    case response([UInt8])
    /// An empty frame: the request was refused, or had no response.
    case refused
}
