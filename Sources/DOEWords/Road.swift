/// How an exchange reached the mailbox.
public enum Road: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Through the proxy: judged before it happened.
    case proxy
    /// The kernel's own exchange.
    case kernel
    /// Userspace behind our back.
    case bypass
    /// A guest, through VFIO.
    case passthrough

    /// The word.
    public var description: String { rawValue }
}
