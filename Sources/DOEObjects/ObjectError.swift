public import DOEWords

/// Bytes that are not what the specification says: where, what was expected, what was found.
public struct ObjectError: ExplainedError, Hashable {
    /// Byte offset in the object, header included; for a table, in the table.
    public let offset: Int
    /// What the specification wants there.
    public let expected: String
    /// What was there.
    public let found: String

    /// An error at a byte offset.
    public init(offset: Int, expected: String, found: String) {
        self.offset = offset
        self.expected = expected
        self.found = found
    }

    /// `byte 4: expected a length of 3 dwords, found 7`
    public var problem: String { "byte \(offset): expected \(expected), found \(found)" }
    /// Whoever made the bytes has to change.
    public var remedy: String? { nil }
}
