public import DOEWords

/// The ledger could not be read or written. A new letter that cannot be kept must not be raised by an exchange.
public struct TaintError: ExplainedError, Hashable {
    /// Which of the two.
    public enum Reason: Hashable, Sendable {
        /// The file is not what was written: nothing in it can be trusted.
        case damaged
        /// The file could not be read.
        case unreadable
        /// The file could not be written; the one before stands.
        case unwritable
    }

    /// Which of them.
    public let reason: Reason
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    init(_ reason: Reason, problem: String, remedy: String?) {
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }
}
