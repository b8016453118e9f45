internal import DOEWords

/// A page of the ring buffer that is not what the kernel writes.
package struct PageDamage: ExplainedError, Hashable {
    /// What is wrong.
    package enum Kind: String, Hashable, Sendable {
        /// Fewer bytes than the page's header says.
        case short = "the page ends before its data do"
        /// An event, or a time stamp, that would reach past the page's data.
        case eventTooLong = "an event that reaches past the page's data"
        /// An event whose length cannot be.
        case eventTooShort = "an event shorter than its own length field"
    }

    /// Bytes from the page's beginning.
    package let offset: Int
    /// What is wrong there.
    package let kind: Kind

    /// `a trace page, byte 16: an event that reaches past the page's data`
    package var problem: String { "a trace page, byte \(offset): \(kind.rawValue)" }
    /// Nobody but the kernel writes these.
    package var remedy: String? { nil }
}
