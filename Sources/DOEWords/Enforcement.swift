/// What becomes of what the policy refuses.
public enum Enforcement: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// It is refused.
    case enforcing
    /// It passes with a warning, on record and with a taint: to try rules out without breaking anybody's work.
    case permissive

    /// The word.
    public var description: String { rawValue }
}
