internal import DOEConfiguration
internal import DOEPolicy
internal import DOERecord
internal import DOEWords

/// The policy that the daemon starts with. Broken rules mean: deny all, loudly.
struct PolicyInForce {
    let policy: Policy
    /// Why only "deny all" is in force.
    let problem: String?
    private var isBroken = false

    init(rulesDirectory: String?) throws {
        do {
            policy = try HostPolicy.load(rulesDirectory: rulesDirectory, generation: 1)
            problem = policy.ruleCount == 0 ? "there is no rule: every exchange is refused" : nil
        } catch let error as any ExplainedError {
            policy = .denyAll(generation: 1)
            isBroken = true
            problem = "the rules are broken, every exchange is refused: \(error.problem)"
            DOEAuditDaemon.complain("the rules are broken, every exchange is refused")
            DOEAuditDaemon.complain(error.description)
        }
        if let kernel = policy.kernel, case .unreadable = kernel.symbols { DOEAuditDaemon.complain("\(kernel)") }
        for warning in policy.warnings { DOEAuditDaemon.complain(warning.description) }
    }

    /// What the journal says of it.
    var record: Record {
        let text = problem ?? "in force, rules: \(policy.ruleCount), files: \(policy.files.count)"
        var record = Record(
            isBroken ? .policyBroken : .policyLoaded, priority: problem == nil ? .notice : .error,
            message: "Policy: \(text)")
        record[.policy] = policy.identity.description
        return record
    }
}
