public import DOEWords

/// A file or directory that cannot be read, or must not be believed.
public struct TrustError: ExplainedError, Equatable {
    /// What was found and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    init(_ problem: String, remedy: String?) {
        self.problem = problem
        self.remedy = remedy
    }

    init(_ error: LinuxError) {
        self.init(error.problem, remedy: error.remedy)
    }
}
