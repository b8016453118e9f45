/// A write to a mailbox's registers that is none of ours.
public struct ForeignWrite: Hashable, Sendable {
    /// CLOCK_MONOTONIC, microseconds.
    public let time: UInt64
    /// Where in config space, bytes.
    public let offset: UInt16
    /// Who, in words for a sentence: `setpci[467]`, `the kernel`.
    public let who: String

    /// From its parts.
    public init(time: UInt64, offset: UInt16, who: String) {
        self.time = time
        self.offset = offset
        self.who = who
    }
}
