public import DOEWords

/// A journal entry that is no record of ours, or none that this version can read.
public struct RecordError: ExplainedError, Hashable {
    /// What is wrong with it: `DOE_EVENT=lease-started is not known here`.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    init(_ problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }
}
