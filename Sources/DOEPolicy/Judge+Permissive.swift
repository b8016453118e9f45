internal import DOEWords

extension Judge {
    /// The decision as it is carried out: where the judge is permissive, what the policy alone refuses passes with a
    /// warning.
    ///
    /// The policy alone: its rules, its default, a fact that a rule needs and nobody knows. What shuts a door besides
    /// it stays shut: the gatekeeper; a compliance object, which needs a rule that allows it and not only none that
    /// refuses it, and so does what may hide one; what is malformed; and what somebody asks of whom nobody knows who
    /// it is, a TCP client above all, since any program of any user may be one. So does everything where there is no
    /// rule at all, as when the rules are broken: then there is nothing to try out. What came on other roads has
    /// already happened, and cannot be passed.
    func carriedOut(_ decision: consuming Decision, for inquiry: Inquiry) -> Decision {
        guard enforcement == .permissive, decision.verdict == .deny, inquiry.road == .proxy, policy.ruleCount > 0,
            inquiry.client.via == .known(.unix),
            decision.objectClass != .compliance, decision.objectClass != .malformed, decision.object != .compliance,
            decision.lease == nil,
            !inquiry.isLeaseAssumed
        else { return decision }
        if case .gatekeeper = decision.reason { return decision }
        return decision.passed(tainting: [Self.taint(.warn, decision.objectClass), .permissive])
    }
}
