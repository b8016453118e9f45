public import DOEWords

/// A text of the configuration that names no place for a mailbox: no door to it, or nobody behind it.
public struct PlaceError: ExplainedError, Hashable {
    /// What is wrong.
    public let problem: String
    /// How it is written.
    public let remedy: String?

    /// An error by its parts.
    public init(problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }
}
