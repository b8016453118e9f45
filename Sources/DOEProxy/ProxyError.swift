public import DOEWords

/// A socket could not be served.
public struct ProxyError: ExplainedError, Hashable {
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?
}
