/// A file that is there and was not read.
public struct UnreadFile: Hashable, Sendable, Encodable, CustomStringConvertible {
    /// Where it is.
    public let path: String
    /// Why: `Permission denied`, `it is truncated`.
    public let reason: String

    /// A file from its parts.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// `/x/y: Permission denied`
    public var description: String { "\(path): \(reason)" }
}
