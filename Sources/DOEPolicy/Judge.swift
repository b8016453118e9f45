internal import DOEObjects
public import DOEWords

/// Decides, the gatekeeper first and then the rules. Whoever wants to know what is or would be decided asks this one.
public struct Judge: Sendable {
    /// The policy that is applied.
    public let policy: Policy
    /// What becomes of what the policy refuses.
    public let enforcement: Enforcement

    /// A judge under a policy.
    public init(_ policy: Policy, enforcement: Enforcement = .enforcing) {
        self.policy = policy
        self.enforcement = enforcement
    }

    /// Judges an inquiry.
    ///
    /// The permit is there for `allow` and `warn` of a whole request on the proxy's road: what was observed on another
    /// road has already happened, and must not be sent again. Whoever uses it asks this judge once more, with what
    /// `again` says then; without it the permit holds until it is used.
    public func judge(
        _ inquiry: Inquiry, again: (@Sendable () -> Circumstances)? = nil
    ) -> Judgement {
        let decision = decide(inquiry)
        guard decision.verdict == .allow || decision.verdict == .warn, inquiry.road == .proxy,
            let request = inquiry.permittedRequest
        else { return Judgement(decision: decision, permit: nil) }
        let confirm = again.map { again in
            { @Sendable [self] () -> Decision? in
                let now = decide(inquiry.under(again()))
                guard now.verdict == .allow || now.verdict == .warn else { return now }
                // What passes has to be what is on record, with its rule and its letters.
                return now == decision ? nil : decision.overtaken(by: now)
            }
        }
        return Judgement(
            decision: decision, permit: Permit(mailbox: inquiry.mailbox.name, request: request, confirm: confirm))
    }

    /// Refuses what is no object at all: it is never sent, whatever rules say. The problem is one sentence without a
    /// full stop; the object's id stands where there were bytes enough for one.
    public func refuse(malformed problem: String, object: ObjectID?) -> Judgement {
        let decision = Decision(
            verdict: .deny, object: object, objectClass: .malformed, objectName: "malformed request",
            reason: .gatekeeper("malformed: \(problem)"), taint: .malformed, policy: policy.identity)
        return Judgement(decision: decision, permit: nil)
    }

    /// What `judge` decides, without a permit.
    public func decide(_ inquiry: Inquiry) -> Decision { decideAsWhat(inquiry).decision }

    /// The decision, and the class as which the rules saw the request that they decided on.
    func decideAsWhat(_ inquiry: Inquiry) -> (decision: Decision, objectClass: ObjectClass) {
        let (decision, objectClass) = decideStrictly(inquiry)
        return (carriedOut(decision, for: inquiry), objectClass)
    }

    /// The same, whatever becomes of a refusal.
    private func decideStrictly(_ inquiry: Inquiry) -> (decision: Decision, objectClass: ObjectClass) {
        let what = policy.catalog.classify(inquiry)
        let inside = decide(inquiry, what, as: what.objectClass)
        guard what.outer != what.objectClass, inside.verdict != .deny else { return (inside, what.objectClass) }
        // What a request carries may shut a door, and never open one that its object would have found shut.
        let outside = decide(inquiry, what, as: what.outer)
        guard outside.verdict != .deny else { return (outside, what.outer) }
        let taint = inside.taint.union(outside.taint)
        return outside.verdict == .warn && inside.verdict == .allow
            ? (outside.tainting(taint), what.outer) : (inside.tainting(taint), what.objectClass)
    }

    private func decide(_ inquiry: Inquiry, _ what: Classification, as objectClass: ObjectClass) -> Decision {
        let object = inquiry.judgedObject
        let gate = Gatekeeper.answer(inquiry, object: object, objectClass: objectClass)
        func decision(_ verdict: Verdict, _ reason: Decision.Reason, _ taint: TaintLetters = []) -> Decision {
            var decision = Decision(
                verdict: verdict, object: object, objectClass: what.objectClass, objectName: what.name, reason: reason,
                taint: taint.union(Self.taint(verdict, what.objectClass)), policy: policy.identity)
            if case .leased(let lease) = gate { decision.use(lease) }
            return decision
        }
        if case .shut(let refusal) = gate { return decision(.deny, .gatekeeper(refusal), .complianceAttempted) }
        let subject = JudgedSubject(inquiry, object: object, objectClass: objectClass, asked: policy.usedKeys)
        switch policy.deciding(inquiry, subject) {
        case .nothing: return decision(.deny, .defaultDeny)
        case .unknown(let key, let index):
            return decision(.deny, .unknownFact(key: key.word, rule: policy.reference(to: index)))
        case .rule(let found):
            let effect = found.effect
            return decision(effect.verdict, .rule(policy.reference(to: found.rule)), effect.taint)
                .asking(device: effect.asksDevice)
        }
    }

    /// The letters that a verdict sets by itself: a warning says what passed, a refusal only what was
    /// attempted. Compliance mode is executed where it passes, whatever the rule calls that.
    static func taint(_ verdict: Verdict, _ objectClass: ObjectClass) -> TaintLetters {
        switch (verdict, objectClass) {
        case (.warn, .vendor): .vendor
        case (.warn, .unknown): .unknownObject
        case (.deny, .compliance): .complianceAttempted
        case (.allow, .compliance), (.warn, .compliance): .complianceExecuted
        default: []
        }
    }
}
