public import DOEWords

/// An exchange through an SPDM socket that came to nothing.
public struct SPDMSocketError: ExplainedError, Hashable {
    /// Why.
    public enum Reason: String, Hashable, Sendable {
        /// Nobody listens there, or it may not be used.
        case cannotConnect = "cannot-connect"
        /// The other end has not answered an earlier request yet, and nothing was sent.
        case busy
        /// The other end closed the connection.
        case closed
        /// No whole frame came in time.
        case timeout
        /// What came is not the framing, or not the frame that belongs here.
        case unexpected
        /// The request is no object that could be sent: the connection is as it was.
        case badRequest = "bad-request"
        /// A system call failed.
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
