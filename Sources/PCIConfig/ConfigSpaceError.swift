public import DOEWords

/// A config space access that did not happen.
public struct ConfigSpaceError: ExplainedError, Hashable {
    /// Why, in the words that records use.
    public enum Reason: String, Hashable, Sendable {
        /// The held descriptor's function is no longer there, or another one stands in its place.
        case gone
        /// The kernel refused: lockdown, or a missing capability.
        case refused
        /// The function sleeps or is lent to a guest: it was not touched.
        case unavailable
        /// Fewer bytes than a dword, or an offset past what can be read.
        case short
        /// It has no mailbox, and whoever opens what takes rights opens nothing else.
        case mailboxless
        /// Any other error.
        case failed
    }

    /// Why.
    public let reason: Reason
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    /// An error with its explanation.
    public init(_ reason: Reason, problem: String, remedy: String? = nil) {
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }
}
