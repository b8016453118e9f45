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
    /// The permit is there for `allow` and `warn` of a whole request on the proxy's road: what was observed on
    /// another road has already happened, and must not be sent again. Whoever uses it asks the judge that is in force
    /// by then once more, with what `again` says: a reload may have put another one in this one's place.
    package func judge(
        _ inquiry: Inquiry, inForce: JudgeInForce, again: @escaping @Sendable () -> Circumstances
    ) -> Judgement {
        let decision = decide(inquiry)
        guard decision.verdict == .allow || decision.verdict == .warn, inquiry.road == .proxy,
            let request = inquiry.permittedRequest
        else { return Judgement(decision: decision, permit: nil) }
        let permit = Permit(mailbox: inquiry.mailbox.name, request: request, inForce: inForce) {
            let circumstances = again()
            return inForce.judge.withdrawal(of: decision, on: inquiry, under: circumstances)
        }
        return Judgement(decision: decision, permit: permit)
    }

    /// Why what was decided, by this judge or another, does not hold any more; `nil` where it does.
    private func withdrawal(
        of decision: Decision, on inquiry: Inquiry, under circumstances: Circumstances
    ) -> Withdrawal? {
        if let hindrance = circumstances.hindrance { return .hindered(hindrance) }
        let now = decide(inquiry.under(circumstances))
        guard now.verdict == .allow || now.verdict == .warn else { return .judged(now) }
        // What passes has to be what is on record, with its rule and its letters. That they are those of another
        // generation of the rules by now changes none of it.
        return now == decision.under(now.policy) ? nil : .judged(decision.overtaken(by: now))
    }

    /// What `judge` decides, without a permit.
    public func decide(_ inquiry: Inquiry) -> Decision { decideAsWhat(inquiry).decision }

    /// The decision, and the class as which the rules saw the request that they decided on.
    func decideAsWhat(_ inquiry: Inquiry) -> (decision: Decision, objectClass: ObjectClass) {
        let (decision, objectClass) = decideStrictly(inquiry)
        return (carriedOut(decision, for: inquiry), objectClass)
    }

    /// The same, whatever becomes of a refusal. A tail is a part of another request, of which the whole is judged
    /// too.
    func decideStrictly(_ inquiry: Inquiry, isTail: Bool = false) -> (decision: Decision, objectClass: ObjectClass) {
        let object = inquiry.judgedObject
        let what = policy.catalog.classify(inquiry, as: object)
        let headers = isTail ? EmbeddedHeaders() : inquiry.request?.embeddedHeaders ?? EmbeddedHeaders()
        let gate = Gatekeeper.answer(inquiry, object, what.objectClass, headers)
        let opinion = Opinion(object: object, what: what, gate: gate)
        if case .shut(let why) = gate {
            return (make(.deny, .gatekeeper(why), .complianceAttempted, opinion), what.objectClass)
        }
        if let reason = misshape(of: inquiry, as: object) {
            let isAttempt = what.objectClass == .compliance || headers.compliance != nil
            let taint: TaintLetters = isAttempt ? [.malformed, .complianceAttempted] : .malformed
            return (make(.deny, reason, taint, opinion, as: .malformed), .malformed)
        }
        let decided = decideByRules(inquiry, opinion)
        guard let hidden = refusal(of: headers, in: inquiry, tainting: decided.decision.taint) else { return decided }
        return (
            make(.deny, .gatekeeper(hidden.why), hidden.attempted.union(.malformed), opinion), what.objectClass
        )
    }

    /// What decisions about one request have in common. The inquiry itself is handed on beside it: a copy of all its
    /// facts costs as much as finding the rule.
    private struct Opinion {
        let object: ObjectID
        let what: Classification
        let gate: Gatekeeper.Answer
    }

    private func decideByRules(
        _ inquiry: Inquiry, _ opinion: Opinion
    ) -> (decision: Decision, objectClass: ObjectClass) {
        let what = opinion.what
        let inside = decide(inquiry, opinion, as: what.objectClass)
        guard what.outer != what.objectClass, inside.verdict != .deny else { return (inside, what.objectClass) }
        // What a request carries may shut a door, and never open one that its object would have found shut.
        let outside = decide(inquiry, opinion, as: what.outer)
        guard outside.verdict != .deny else { return (outside, what.outer) }
        let taint = inside.taint.union(outside.taint)
        return outside.verdict == .warn && inside.verdict == .allow
            ? (outside.tainting(taint), what.outer) : (inside.tainting(taint), what.objectClass)
    }

    private func decide(_ inquiry: Inquiry, _ opinion: Opinion, as objectClass: ObjectClass) -> Decision {
        let subject = JudgedSubject(
            inquiry, object: opinion.object, objectClass: objectClass, asked: policy.usedKeys)
        switch policy.deciding(inquiry, subject) {
        case .nothing: return make(.deny, .defaultDeny, [], opinion)
        case .unknown(let key, let index):
            return make(.deny, .unknownFact(key: key.word, rule: policy.reference(to: index)), [], opinion)
        case .rule(let found):
            let effect = found.effect
            return make(
                effect.verdict, .rule(policy.reference(to: found.rule)), effect.taint, opinion,
                asksDevice: effect.asksDevice)
        }
    }

    private func make(
        _ verdict: Verdict, _ reason: Decision.Reason, _ taint: TaintLetters, _ opinion: Opinion,
        as objectClass: ObjectClass? = nil, asksDevice: Bool = false
    ) -> Decision {
        let objectClass = objectClass ?? opinion.what.objectClass
        var decision = Decision(
            verdict: verdict, object: opinion.object, objectClass: objectClass, objectName: opinion.what.name,
            reason: reason, taint: taint.union(Self.taint(verdict, objectClass)), policy: policy.identity,
            asksDevice: asksDevice)
        if case .leased(let lease) = opinion.gate { decision.use(lease) }
        return decision
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
