/// An error that tells a person what happened, where, and what to do next.
public protocol ExplainedError: Error, CustomStringConvertible {
    /// What happened and where, one sentence without a full stop: `rules/90-site.rules:3:7: unknown key 'usr'`.
    var problem: String { get }
    /// What to do next, one sentence without a full stop; `nil` where nobody can do anything.
    var remedy: String? { get }
}

extension ExplainedError {
    /// `problem; remedy`
    public var description: String {
        if let remedy { "\(problem); \(remedy)" } else { problem }
    }
}
