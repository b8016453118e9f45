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
    public func decide(_ inquiry: Inquiry) -> Decision { carriedOut(decideStrictly(inquiry).decision, for: inquiry) }

    /// A decision, and as what the rules saw the request that they decided on.
    struct Decided {
        var decision: Decision
        let objectClass: ObjectClass
        /// Which of the ways in which a device may read it.
        var reading = 0
        /// The keys of what is not known and would be needed to decide; none where it is decided whatever these are.
        var lacking: UInt32 = 0
    }

    /// The decision, and as what the rules saw the request.
    func decideAsWhat(_ inquiry: Inquiry) -> Decided {
        var decided = decideStrictly(inquiry)
        decided.decision = carriedOut(decided.decision, for: inquiry)
        return decided
    }

    /// The same, whatever becomes of a refusal. A tail is a part of another request, of which the whole is judged
    /// too.
    func decideStrictly(_ inquiry: Inquiry, isTail: Bool = false) -> Decided {
        let object = inquiry.judgedObject
        let what = policy.catalog.classify(inquiry, as: object)
        let headers = isTail ? EmbeddedHeaders() : inquiry.request?.embeddedHeaders ?? EmbeddedHeaders()
        let gate = Gatekeeper.answer(inquiry, object, what.objectClass, headers)
        let opinion = Opinion(object: object, what: what, gate: gate)
        if case .shut(let why) = gate {
            return Decided(
                decision: make(.deny, .gatekeeper(why), .complianceAttempted, opinion), objectClass: what.objectClass)
        }
        if let reason = misshape(of: inquiry, as: object) {
            let isAttempt = what.objectClass == .compliance || headers.compliance != nil
            let taint: TaintLetters = isAttempt ? [.malformed, .complianceAttempted] : .malformed
            return Decided(
                decision: make(.deny, reason, taint, opinion, as: .malformed), objectClass: .malformed)
        }
        let decided = decideByRules(inquiry, opinion)
        guard let hidden = refusal(of: headers, in: inquiry, tainting: decided.decision.taint) else { return decided }
        return Decided(
            decision: make(.deny, .gatekeeper(hidden.why), hidden.attempted.union(.malformed), opinion),
            objectClass: what.objectClass, lacking: decided.lacking == 0 ? hidden.lacking : decided.lacking)
    }

    /// What decisions about one request have in common. The inquiry itself is handed on beside it: a copy of all its
    /// facts costs as much as finding the rule.
    private struct Opinion {
        let object: ObjectID
        let what: Classification
        let gate: Gatekeeper.Answer
    }

    private func decideByRules(_ inquiry: Inquiry, _ opinion: Opinion) -> Decided {
        let readings = opinion.what.readings
        var decided = decide(inquiry, opinion, reading: 0, inside: readings.first ?? opinion.what.objectClass)
        // What a device may read in two ways passes only where it passes as both.
        for (reading, inside) in readings.enumerated().dropFirst() {
            decided = stricter(decided) { decide(inquiry, opinion, reading: reading, inside: inside) }
        }
        return decided
    }

    /// Decides on one way of reading a request, which is of this class inside.
    private func decide(_ inquiry: Inquiry, _ opinion: Opinion, reading: Int, inside: ObjectClass) -> Decided {
        let outer = opinion.what.outer
        let decided = decide(inquiry, opinion, reading, inside: inside, as: inside)
        // What a request carries may shut a door, and never open one that its object would have found shut.
        return outer == inside
            ? decided : stricter(decided) { decide(inquiry, opinion, reading, inside: inside, as: outer) }
    }

    /// The stricter of two decisions about one request, with the letters of both where both let it pass; the second
    /// is only asked for where the first does.
    private func stricter(_ first: Decided, _ makeSecond: () -> Decided) -> Decided {
        guard first.decision.verdict != .deny else { return first }
        let second = makeSecond()
        guard second.decision.verdict != .deny else { return second }
        var decided = second.decision.verdict == .warn && first.decision.verdict == .allow ? second : first
        decided.decision = decided.decision.tainting(first.decision.taint.union(second.decision.taint))
        return decided
    }

    private func decide(
        _ inquiry: Inquiry, _ opinion: Opinion, _ reading: Int, inside: ObjectClass, as objectClass: ObjectClass
    ) -> Decided {
        let subject = JudgedSubject(
            inquiry, object: opinion.object, objectClass: objectClass, reading: reading, asked: policy.usedKeys)
        var lacking: UInt32 = 0
        let decision: Decision
        switch policy.deciding(inquiry, subject) {
        case .nothing: decision = make(.deny, .defaultDeny, [], opinion)
        case .unknown(let key, let index, let needed):
            lacking = needed
            decision = make(.deny, .unknownFact(key: key.word, rule: policy.reference(to: index)), [], opinion)
        case .rule(let found):
            decision = make(
                found.effect.verdict, .rule(policy.reference(to: found.rule)), found.effect.taint, opinion,
                inside: inside, asksDevice: found.effect.asksDevice)
        }
        return Decided(decision: decision, objectClass: objectClass, reading: reading, lacking: lacking)
    }

    /// `inside` is what one way of reading the request makes of it: its letters are raised.
    private func make(
        _ verdict: Verdict, _ reason: Decision.Reason, _ taint: TaintLetters, _ opinion: Opinion,
        as objectClass: ObjectClass? = nil, inside: ObjectClass? = nil, asksDevice: Bool = false
    ) -> Decision {
        let objectClass = objectClass ?? opinion.what.objectClass
        var decision = Decision(
            verdict: verdict, object: opinion.object, objectClass: objectClass, objectName: opinion.what.name,
            reason: reason, taint: taint.union(Self.taint(verdict, inside ?? objectClass)), policy: policy.identity,
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
