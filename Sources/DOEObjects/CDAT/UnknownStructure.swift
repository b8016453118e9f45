/// A structure of a type that nobody here knows, kept byte for byte.
public struct UnknownStructure: Hashable, Sendable {
    /// Its type: 6 or more.
    public let type: UInt8
    /// What follows the four header bytes, at most 65,531 bytes.
    public let body: [UInt8]

    private static let knownTypes: ClosedRange<UInt8> = 0...5

    /// Keeps a structure; `nil` for a type that has a structure of its own here, or a body that is too long.
    public init?(unknownType type: UInt8, body: [UInt8]) {
        guard !Self.knownTypes.contains(type), body.count <= Int(UInt16.max) - CDATStructure.headerByteCount else {
            return nil
        }
        self.init(type: type, body: body)
    }

    init(type: UInt8, body: [UInt8]) {
        self.type = type
        self.body = body
    }
}
