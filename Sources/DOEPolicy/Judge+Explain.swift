internal import DOEWords

extension Judge {
    /// Decides as `decide` does, and says of each rule for this object why it did not. Looks at every rule.
    public func explain(_ inquiry: Inquiry) -> Explanation {
        let decided = decideAsWhat(inquiry)
        let (decision, objectClass) = (decided.decision, decided.objectClass)
        switch decision.reason {
        case .gatekeeper, .objectLine: return Explanation(decision: decision, candidates: [])
        case .rule, .defaultDeny, .unknownFact: break
        }
        let subject = JudgedSubject(
            inquiry, object: inquiry.judgedObject, objectClass: objectClass, reading: decided.reading,
            asked: policy.usedKeys)
        var candidates: [Explanation.Candidate] = []
        for rule in policy.rules {
            let isForObject = rule.conditions.allSatisfy {
                $0.key != .object || $0.outcome(inquiry, subject) == .holds
            }
            guard isForObject else { continue }
            switch rule.outcome(inquiry, subject) {
            case .matches:
                candidates.append(.init(rule: rule.reference, outcome: .matched))
                return Explanation(decision: decision, candidates: candidates)
            case .unknown(let key):
                candidates.append(.init(rule: rule.reference, outcome: .unknownFact(key: key.word)))
                return Explanation(decision: decision, candidates: candidates)
            case .fails:
                let outcome = Self.whyNot(rule, inquiry, subject, objectClass)
                candidates.append(.init(rule: rule.reference, outcome: outcome))
            }
        }
        return Explanation(decision: decision, candidates: candidates)
    }

    private static func whyNot(
        _ rule: CompiledRule, _ inquiry: Inquiry, _ subject: JudgedSubject, _ objectClass: ObjectClass
    ) -> Explanation.Candidate.Outcome {
        if rule.matchesNobody { return .matchesNobody }
        if rule.hasDefaultRoads, subject.roadBit & WordBits.defaultRoads == 0 {
            return .failed("road is \(inquiry.road), and a rule without road= is for proxy and kernel")
        }
        if subject.isTCP, !rule.words.namesVia {
            return .failed("via is tcp, and a rule without via= is not for TCP clients")
        }
        for condition in rule.conditions where condition.outcome(inquiry, subject) == .fails {
            let wanted = condition.negated ? "anything but \(condition.wanted)" : condition.wanted
            let actual = inquiry.shown(condition.key, objectClass, subject)
            return .failed("\(actual), the rule wants \(wanted)")
        }
        return .matchesNobody
    }
}

extension Inquiry {
    /// What a key's fact is here, for people: `uid is 1000`. Of a request that can be read in two ways the subject's.
    fileprivate func shown(_ key: RuleKey, _ objectClass: ObjectClass, _ subject: JudgedSubject) -> String {
        switch key {
        case .object: "object is \(judgedObject)"
        case .objectClass: "class is \(objectClass)"
        case .road: "road is \(road)"
        case .mode: "mode is \(mode)"
        case .via: "via is \(client.via)"
        case .uid: "uid is \(client.uid)"
        case .user: "the user's uid is \(client.uid)"
        case .group:
            "groups are \(client.groups.map { $0.isEmpty ? "none" : $0.map(String.init).joined(separator: " ") })"
        case .spdm: "spdm is \(subject.spdm.map { $0.joined(separator: " ") })"
        case .compliance: "compliance is \(complianceNames.map { $0.joined(separator: " ") })"
        case .loginUID: "loginuid is \(client.loginUID)"
        case .until: "it is \(time.map(\.text))"
        case .mailbox, .address, .device, .pciClass, .driver, .serial, .unit, .exe, .container:
            "\(key.word) is \(text(of: key))"
        }
    }
}
