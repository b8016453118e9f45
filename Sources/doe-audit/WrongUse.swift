internal import DOEWords

/// Something on the command line cannot be meant.
struct WrongUse: ExplainedError {
    let problem: String
    let remedy: String?

    init(_ problem: String, _ remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }
}
