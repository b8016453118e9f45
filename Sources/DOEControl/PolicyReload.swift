/// `ReloadPolicy`'s answer, where the rules could be loaded.
public struct PolicyReload: Codable, Hashable, Sendable {
    /// The policy that is in force now.
    public var policy: PolicySummary
    /// The rules are word for word those from before.
    public var unchanged: Bool
    /// What can be used, and hardly as it was meant.
    public var warnings: [RuleNotice]

    /// An answer.
    public init(policy: PolicySummary, unchanged: Bool, warnings: [RuleNotice]) {
        self.policy = policy
        self.unchanged = unchanged
        self.warnings = warnings
    }
}

/// What the error `PolicyBroken` says besides.
public struct BrokenRules: Codable, Hashable, Sendable {
    /// The errors in the order of files and lines; the first hundred where there are more.
    public var errors: [RuleNotice]
    /// How many there are in all.
    public var count: Int
    /// What that means: `generation 3 stays in force`.
    public var consequence: String

    /// An error's content.
    public init(errors: [RuleNotice], count: Int, consequence: String) {
        self.errors = errors
        self.count = count
        self.consequence = consequence
    }
}
