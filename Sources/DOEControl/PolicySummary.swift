/// The policy in force, as `GetStatus` tells it.
public struct PolicySummary: Codable, Hashable, Sendable {
    /// Counts loads in the daemon's life.
    public var generation: Int64
    /// SHA-256 over the files' names and texts.
    public var sha256: String
    /// The kernel that the object lines were read for, and how it was told.
    public var kernel: String
    /// How many rules.
    public var rules: Int
    /// The files in the order in which they are read.
    public var files: [String]
    /// Why only "deny all" is in force; absent when the rules are.
    public var problem: String?

    /// A status from its parts.
    public init(
        generation: Int64, sha256: String, kernel: String, rules: Int, files: [String], problem: String?
    ) {
        self.generation = generation
        self.sha256 = sha256
        self.kernel = kernel
        self.rules = rules
        self.files = files
        self.problem = problem
    }
}
