internal import DOEWords

extension Decision {
    /// Who decided, as DOE_RULE says it: `90-doe-audit.rules:12`, `gatekeeper` or `default`.
    public var decidedBy: String {
        switch reason {
        case .gatekeeper: "gatekeeper"
        case .rule(let rule), .unknownFact(_, let rule), .objectLine(_, let rule): rule.description
        case .defaultDeny: "default"
        }
    }

    /// The rule that decided, or that could not be decided; the object line where that did.
    public var rule: RuleReference? {
        switch reason {
        case .rule(let rule), .unknownFact(_, let rule), .objectLine(_, let rule): rule
        case .gatekeeper, .defaultDeny: nil
        }
    }

    /// The decision for people, one sentence without a full stop.
    public var sentence: String {
        let refused = would == .deny ? "passed in permissive mode, would be refused" : "refused"
        switch reason {
        case .gatekeeper(let why): return "\(refused) by the gatekeeper: \(why)"
        case .objectLine(let why, let line): return "\(refused) by object line \(line.name): \(why)"
        case .defaultDeny:
            let why = "no rule allows \(object.map { "\($0)" } ?? "no object") (\(objectName.printable)): default deny"
            return would == .deny ? "\(refused): \(why)" : why
        case .unknownFact(let key, let rule):
            return "\(refused): unknown \(key), which rule \(rule.name) needs and which could not be learned"
        case .rule(let rule):
            switch would ?? verdict {
            case .allow: return "allowed by rule \(rule.name)\(rule.reason)"
            case .warn: return "allowed with a warning by rule \(rule.name)\(rule.reason)"
            case .deny, .observed: return "\(refused) by rule \(rule.name)\(rule.reason)"
            }
        }
    }
}

extension Decision {
    /// The refusal of what would pass by another decision by now.
    func overtaken(by now: Decision) -> Decision {
        Decision(
            verdict: .deny, object: object, objectClass: objectClass, objectName: objectName,
            reason: .gatekeeper(
                "it was \(sentence) when it was judged, and when it was sent it would have been "
                    + "\(now.sentence): ask again"),
            taint: [], policy: now.policy)
    }
}

extension RuleReference {
    /// Its place in a sentence, where the file may be called anything.
    fileprivate var name: String { description.asName }

    /// What its author says, in quotes: the rest of the sentence is ours.
    fileprivate var reason: String { because.map { ": \($0.inQuotes)" } ?? "" }
}
