public import DOEWords

/// Drop-in files that could not be read, or must not be believed.
public struct DropInError: ExplainedError, Equatable {
    /// What was found and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    init(_ problem: String, remedy: String?) {
        self.problem = problem
        self.remedy = remedy
    }
}
