public import DOEPolicy

/// A policy with what is counted under it. Whoever judges takes it once. Whatever comes into force meanwhile is asked
/// before the first dword and before GO, and counts nothing.
public final class PolicyInForce: Sendable {
    /// Who judges under it.
    public let judge: Judge
    /// How often each rule has decided.
    public let hits: RuleHits
    /// Since when that is counted, microseconds since 1970. A reload of the same rules counts on.
    public let countedSince: UInt64

    /// The policy.
    public var policy: Policy { judge.policy }

    /// A policy that comes into force now, after this other one.
    init(_ judge: Judge, after former: PolicyInForce?, at time: UInt64) {
        self.judge = judge
        if let former, former.policy.identity.digest == judge.policy.identity.digest,
            former.policy.ruleCount == judge.policy.ruleCount
        {
            hits = former.hits
            countedSince = former.countedSince
        } else {
            hits = RuleHits(ruleCount: judge.policy.ruleCount)
            countedSince = time
        }
    }
}
