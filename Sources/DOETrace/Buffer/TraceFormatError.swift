public import DOEWords

/// A description of the kernel's trace that cannot be used: an event's `format`, or `events/header_page`.
public struct TraceFormatError: ExplainedError, Hashable {
    /// What is described: an event's name, or `header_page`.
    public let subject: String
    /// What is the matter with it.
    public let reason: String

    /// An error about one description.
    public init(_ subject: String, _ reason: String) {
        self.subject = subject
        self.reason = reason
    }

    /// `the trace format of 'cfgw': it has no field 'off'`
    public var problem: String { "the trace format of '\(subject)': \(reason)" }
    /// Nobody but the kernel writes these.
    public var remedy: String? { nil }
}
