public import DOEWords

/// What was decided, and why. There is no decision without a reason.
public struct Decision: Hashable, Sendable {
    /// Who decided.
    public enum Reason: Hashable, Sendable {
        /// The gatekeeper, before any rule: the sentence that says why.
        case gatekeeper(String)
        /// An object line, before any rule, since the request has another length than it states: the sentence that
        /// says so, and where the line stands.
        case objectLine(String, RuleReference)
        /// A rule: where it stands, its text, and its `because`.
        case rule(RuleReference)
        /// No rule matched.
        case defaultDeny
        /// A rule needs a fact that could not be learned, named as its key: `exe`.
        case unknownFact(key: String, rule: RuleReference)
    }

    /// `allow`, `warn` or `deny`.
    public private(set) var verdict: Verdict
    /// What the policy said where something else is done: `deny` of what passes in permissive mode only.
    public private(set) var would: Verdict?
    /// The object that was judged; `nil` where there were too few bytes for one.
    public let object: ObjectID?
    /// What the object is.
    public let objectClass: ObjectClass
    /// The object's name, `DOE Discovery`; for an unknown one a text that says so.
    public let objectName: String
    /// Who decided.
    public let reason: Reason
    /// What this verdict taints before the device is touched.
    public private(set) var taint: TaintLetters
    /// Under which policy.
    public private(set) var policy: PolicyIdentity
    /// The lease without which the gatekeeper would have refused it; `nil` where none was needed.
    public var lease: Lease? { if case .by(let lease) = leaseUsed { lease } else { nil } }
    private var leaseUsed = LeaseUsed.none

    /// Indirect, so that no other decision carries the room for a lease from hand to hand.
    private enum LeaseUsed: Hashable {
        case none
        indirect case by(Lease)
    }

    /// Whether the rule that lets it pass says that the device is to be asked, and no copy of an earlier answer will
    /// do.
    public let asksDevice: Bool

    /// It came as far as the rules by this lease. Where they let it pass, compliance mode is executed.
    mutating func use(_ lease: Lease) {
        leaseUsed = .by(lease)
        if verdict == .allow || verdict == .warn { taint.formUnion(.complianceExecuted) }
    }

    /// The same with other letters.
    func tainting(_ letters: TaintLetters) -> Decision {
        var decision = self
        decision.taint = letters
        return decision
    }

    /// The same, as another generation of the rules would say it.
    func under(_ policy: PolicyIdentity) -> Decision {
        var decision = self
        decision.policy = policy
        return decision
    }

    /// The same, but that it passes with a warning and these letters beside its own.
    func passed(tainting letters: TaintLetters) -> Decision {
        var decision = tainting(taint.union(letters))
        decision.would = verdict
        decision.verdict = .warn
        return decision
    }

    init(
        verdict: Verdict, would: Verdict? = nil, object: ObjectID?, objectClass: ObjectClass, objectName: String,
        reason: Reason, taint: TaintLetters, policy: PolicyIdentity, asksDevice: Bool = false
    ) {
        self.verdict = verdict
        self.would = would
        self.object = object
        self.objectClass = objectClass
        self.objectName = objectName
        self.reason = reason
        self.taint = taint
        self.policy = policy
        self.asksDevice = asksDevice
    }
}
