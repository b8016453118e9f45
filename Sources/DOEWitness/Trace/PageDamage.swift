public import DOEWords

/// A page of the ring buffer that is not what the kernel writes.
public struct PageDamage: ExplainedError, Hashable {
    /// What is wrong.
    public enum Kind: String, Hashable, Sendable {
        /// Fewer bytes than the page's header says.
        case short = "the page ends before its data do"
        /// An event, or a time stamp, that would reach past the page's data.
        case eventTooLong = "an event that reaches past the page's data"
        /// An event whose length cannot be.
        case eventTooShort = "an event shorter than its own length field"
    }

    /// Bytes from the page's beginning.
    public let offset: Int
    /// What is wrong there.
    public let kind: Kind

    /// `a trace page, byte 16: an event that reaches past the page's data`
    public var problem: String { "a trace page, byte \(offset): \(kind.rawValue)" }
    /// Nobody but the kernel writes these.
    public var remedy: String? { nil }
}
