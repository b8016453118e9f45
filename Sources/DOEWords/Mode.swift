/// What kind of host this is.
public enum Mode: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Compliance stays shut.
    case production
    /// A lab's machine, on which a lease may open one mailbox.
    case bringUp = "bring-up"

    /// The word.
    public var description: String { rawValue }
}
