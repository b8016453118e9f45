internal import DOEWords

extension Judge {
    /// Judges a recorded exchange anew. Where a rule asks for something that the record lacks, both answers are
    /// followed: it is decided all the same if they lead to one verdict.
    public func judgeAnew(_ recorded: RecordedInquiry) -> JudgedAnew {
        var asked: UInt32 = 0
        let possible = possibleDecisions(recorded, asked: &asked).map { carriedOut($0, for: recorded.inquiry) }
        var lacking: [UnrecordedFact] = []
        if Set(possible.map(\.verdict)).count > 1 {
            lacking = UnrecordedFact.allCases.filter { recorded.lacking.contains($0) && $0.keys & asked != 0 }
        }
        let mayCarry = recorded.lacking.contains(.carried) && possible.contains { $0.verdict != .deny }
        if mayCarry, !lacking.contains(.carried) { lacking.append(.carried) }
        return JudgedAnew(possible: possible, lacking: lacking)
    }

    private static let possibleLimit = 16

    /// `asked` becomes the keys that the record lacks and that made a difference.
    private func possibleDecisions(_ recorded: RecordedInquiry, asked: inout UInt32) -> [Decision] {
        let inquiry = recorded.inquiry
        let decision = decide(inquiry)
        guard case .unknownFact = decision.reason else { return [decision] }
        let what = policy.catalog.classify(inquiry, as: inquiry.judgedObject)
        let subject = JudgedSubject(
            inquiry, object: inquiry.judgedObject, objectClass: what.objectClass, asked: policy.usedKeys)
        guard case .unknown(_, let first, _) = policy.deciding(inquiry, subject) else { return [decision] }
        let unrecorded = recorded.lacking.reduce(0) { $0 | $1.keys }
        var possible: [Decision] = []
        for rule in policy.rules[first...] where rule.outcome(inquiry, subject) != .fails {
            let unknown = rule.conditions.filter { $0.outcome(inquiry, subject) == .unknown }
            let isCertain = unknown.allSatisfy { $0.key.bit & unrecorded == 0 }
            let neverKnown = unknown.first { $0.key.bit & unrecorded == 0 }
            let next = decide(inquiry, what, by: rule, unless: neverKnown?.key)
            // Of thousands of rules for groups each may decide; a few show it, as long as no verdict is missed.
            if possible.count < Self.possibleLimit || !possible.contains(where: { $0.verdict == next.verdict }) {
                possible.append(next)
            }
            if isCertain { return possible }
            asked = unknown.reduce(asked) { $0 | ($1.key.bit & unrecorded) }
        }
        possible.append(make(.deny, .defaultDeny, [], inquiry, what))
        return possible
    }

    /// What a rule decides if all holds that the record lacks.
    private func decide(
        _ inquiry: Inquiry, _ what: Classification, by rule: CompiledRule, unless unknown: RuleKey?
    ) -> Decision {
        if let unknown { return make(.deny, .unknownFact(key: unknown.word, rule: rule.reference), [], inquiry, what) }
        return make(rule.verdict, .rule(rule.reference), rule.taint, inquiry, what)
    }

    private func make(
        _ verdict: Verdict, _ reason: Decision.Reason, _ taint: TaintLetters, _ inquiry: Inquiry,
        _ what: Classification
    ) -> Decision {
        Decision(
            verdict: verdict, object: inquiry.judgedObject, objectClass: what.objectClass, objectName: what.name,
            reason: reason, taint: taint.union(Self.taint(verdict, what.objectClass)), policy: policy.identity)
    }
}
