/// What `AcknowledgeTaint` takes.
public struct AcknowledgeTaintParameters: ControlParameters, Hashable {
    /// The keys on the wire.
    public static let names = ["subject", "reason"]

    /// Whose letters, as `GetTaint` names it; all without.
    public var subject: String?
    /// Why.
    public var reason: String

    /// Parameters from their parts.
    public init(subject: String?, reason: String) {
        self.subject = subject
        self.reason = reason
    }
}

/// Letters of one subject that were acknowledged.
public struct AcknowledgedEntry: Codable, Hashable, Sendable {
    /// What they stuck to.
    public var subject: String
    /// Where it was seen last; absent of the host.
    public var mailbox: String?
    /// The letters.
    public var letters: String

    /// An entry from its parts.
    public init(subject: String, mailbox: String?, letters: String) {
        self.subject = subject
        self.mailbox = mailbox
        self.letters = letters
    }

    /// The shape on the wire.
    public struct Answer: Codable, Hashable, Sendable {
        /// All that were acknowledged; empty where none was left.
        public var acknowledged: [AcknowledgedEntry]

        /// An answer.
        public init(acknowledged: [AcknowledgedEntry]) { self.acknowledged = acknowledged }
    }
}

extension ControlClient {
    /// Acknowledges letters of taint.
    public func acknowledgeTaint(
        _ parameters: AcknowledgeTaintParameters
    ) throws(ControlError) -> AcknowledgedEntry.Answer {
        try ask(ControlInterface.acknowledgeTaint, with: parameters, AcknowledgedEntry.Answer.self)
    }
}
