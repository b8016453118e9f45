/// What stands in the way of something, and how to get it out of the way.
public struct Obstacle: ExplainedError, Hashable {
    /// What stands in the way.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    /// What another error says stands in the way.
    public init(_ error: some ExplainedError) { self.init(error.problem, remedy: error.remedy) }

    /// An obstacle with its explanation.
    public init(_ problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }
}
