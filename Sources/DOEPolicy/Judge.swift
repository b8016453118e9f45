internal import DOEObjects
public import DOEWords

/// Decides, the gatekeeper first and then the rules. Whoever wants to know what is or would be decided asks this one.
public struct Judge: Sendable {
    /// The policy that is applied.
    public let policy: Policy

    /// A judge under a policy.
    public init(_ policy: Policy) { self.policy = policy }

    /// Judges an inquiry.
    ///
    /// The permit is there for `allow` and `warn` of a whole request on the proxy's road: what was observed on another
    /// road has already happened, and must not be sent again.
    public func judge(_ inquiry: Inquiry) -> Judgement {
        let decision = decide(inquiry)
        guard decision.verdict == .allow || decision.verdict == .warn, inquiry.road == .proxy,
            let request = inquiry.permittedRequest
        else { return Judgement(decision: decision, permit: nil) }
        return Judgement(decision: decision, permit: Permit(mailbox: inquiry.mailbox.name, request: request))
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
    public func decide(_ inquiry: Inquiry) -> Decision {
        let object = inquiry.judgedObject
        let (objectClass, name) = policy.classify(object)
        func decision(_ verdict: Verdict, _ reason: Decision.Reason, _ taint: TaintLetters = []) -> Decision {
            Decision(
                verdict: verdict, object: object, objectClass: objectClass, objectName: name, reason: reason,
                taint: taint.union(Self.taint(verdict, objectClass)), policy: policy.identity)
        }
        if let refusal = Gatekeeper.refusal(inquiry, object: object, objectClass: objectClass) {
            return decision(.deny, .gatekeeper(refusal), .complianceAttempted)
        }
        let subject = JudgedSubject(inquiry, object: object, objectClass: objectClass)
        switch policy.deciding(inquiry, subject) {
        case .nothing: return decision(.deny, .defaultDeny)
        case .unknown(let key, let index):
            return decision(.deny, .unknownFact(key: key.word, rule: policy.rules[index].reference))
        case .rule(let index):
            let rule = policy.rules[index]
            return decision(rule.verdict, .rule(rule.reference), rule.taint)
        }
    }

    /// The letters that a verdict sets by itself: a warning says what passed, a refusal only what was attempted.
    private static func taint(_ verdict: Verdict, _ objectClass: ObjectClass) -> TaintLetters {
        switch (verdict, objectClass) {
        case (.warn, .vendor): .vendor
        case (.warn, .unknown): .unknownObject
        case (.deny, .compliance): .complianceAttempted
        default: []
        }
    }
}
