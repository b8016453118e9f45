public import DOEPolicy
public import DOERecord
public import DOEWords

/// What came of reading the rules, all or nothing: which policy is in force now, and what there is to tell of it.
public struct PolicyLoad: Sendable {
    /// Who wanted them read.
    public enum Asker: Sendable {
        /// The daemon's start.
        case start
        /// A SIGHUP.
        case signal
        /// Somebody at the control socket.
        case client(Client)
    }

    /// In force from now on: the rules as they stand in the files or, where these are broken, what was in force before;
    /// at the start, where there was nothing before, the policy that refuses everything.
    public let policy: Policy
    /// Why the rules in the files are not in force, or why nothing passes; `nil` where all is well.
    public let problem: String?
    /// What is wrong with the rules in the files; `nil` where they are in force.
    public let error: (any ExplainedError)?
    /// They are in force, and are the very same as before. Their names were looked up anew all the same.
    public let isUnchanged: Bool
    private let asker: Asker

    /// Reads the rules after an earlier load, by `load`, which makes a policy of this generation or throws why not.
    ///
    /// Each load that works is a generation of its own, also of the same rules: users and groups may be others by then.
    public init(
        after former: PolicyLoad?, askedBy asker: Asker, load: (_ generation: UInt64) throws -> Policy
    ) {
        self.asker = asker
        do {
            let loaded = try load(former.map { $0.policy.identity.generation + 1 } ?? 1)
            policy = loaded
            error = nil
            isUnchanged = former?.policy.identity.digest == loaded.identity.digest
            problem = policy.ruleCount == 0 ? "there is no rule: every exchange is refused" : nil
        } catch let caught {
            let error = caught as? any ExplainedError ?? Unexplained(problem: "\(caught)")
            self.error = error
            policy = former?.policy ?? .denyAll(generation: 1)
            isUnchanged = false
            problem = "\(Self.words(for: error)), \(Self.consequence(policy)): \(error.problem)"
        }
    }

    private struct Unexplained: ExplainedError {
        let problem: String
        let remedy: String? = nil
    }

    /// Nothing is wrong with rules that nobody could read.
    private static func words(for error: any ExplainedError) -> String {
        error is PolicyError ? "the rules are broken" : "the rules cannot be used"
    }

    private static func consequence(_ policy: Policy) -> String {
        policy.ruleCount == 0 ? "every exchange is refused" : "generation \(policy.identity.generation) stays in force"
    }

    /// What broken rules mean now: `generation 3 stays in force`.
    public var consequence: String { Self.consequence(policy) }

    /// What the journal says of it.
    public var record: Record {
        let sums = "rules: \(policy.ruleCount), files: \(policy.files.count)"
        let text = problem ?? (isUnchanged ? "in force, the same as before, \(sums)" : "in force, \(sums)")
        var record = Record(
            error == nil ? .policyLoaded : .policyBroken, priority: problem == nil ? .notice : .error,
            message: "Policy\(askedWords): \(text)")
        record[.policy] = policy.identity.description
        if case .client(let client) = asker { record.describe(client) }
        return record
    }

    private var askedWords: String {
        switch asker {
        case .start: ""
        case .signal: " reloaded at SIGHUP"
        case .client(let client): " reloaded for \(client.words)"
        }
    }

    /// What whoever started the daemon is told: errors whole, with their lines, and warnings.
    public var complaints: [String] {
        let errors = error.map { ["\(Self.words(for: $0)), \(consequence)", $0.description] } ?? []
        guard error == nil else { return errors }
        // Without its symbols a kernel is told by its version alone, which may lie.
        var kernel: [String] = []
        if let facts = policy.kernel, case .unreadable = facts.symbols { kernel = [facts.description] }
        return kernel + policy.warnings.map(\.description)
    }
}
