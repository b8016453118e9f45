public import DOEWords

/// Bytes that are no journal entry: where, and why.
public struct JournalFormatError: ExplainedError, Hashable {
    /// Byte offset from the first byte that was fed.
    public let offset: UInt64
    private let reason: String

    init(offset: UInt64, problem: String) {
        self.offset = offset
        reason = problem
    }

    /// `byte 4711: a field name is missing`
    public var problem: String { "byte \(offset): \(reason)" }
    /// The bytes are as they are; reading goes on after the next empty line.
    public var remedy: String? { nil }
}
