/// What was decided of an exchange.
public enum Verdict: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// It may pass.
    case allow
    /// It may pass, loudly, and it taints.
    case warn
    /// It is refused.
    case deny
    /// It had already happened when it was seen.
    case observed

    /// The word.
    public var description: String { rawValue }
}
