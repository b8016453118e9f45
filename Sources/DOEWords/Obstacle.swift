/// What stands in the way of something, and how to get it out of the way.
public struct Obstacle: ExplainedError, Hashable {
    /// What stands in the way.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    /// An obstacle with its explanation.
    public init(_ problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }
}
