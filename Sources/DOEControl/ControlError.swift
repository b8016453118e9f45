public import DOEWords

/// Something on the control socket went wrong.
public struct ControlError: ExplainedError, Hashable {
    /// The Varlink error's name, where the daemon answered with one.
    public let name: String?
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?
    /// What the Varlink error says besides.
    public let details: [String: JSONValue]

    /// Whether no daemon listens there at all.
    public let isNobodyThere: Bool

    /// An error with its explanation.
    public init(
        name: String? = nil, problem: String, remedy: String? = nil, details: [String: JSONValue] = [:],
        isNobodyThere: Bool = false
    ) {
        self.name = name
        self.problem = problem
        self.remedy = remedy
        self.details = details
        self.isNobodyThere = isNobodyThere
    }
}
