public import DOEWords

/// The trail could not be read.
public struct ReportError: ExplainedError, Hashable {
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    init(problem: String, remedy: String?) {
        self.problem = problem
        self.remedy = remedy
    }
}
