internal import DOEWords

extension Decision {
    /// Who decided, as DOE_RULE says it: `90-doe-audit.rules:12`, `gatekeeper` or `default`.
    public var decidedBy: String {
        switch reason {
        case .gatekeeper: "gatekeeper"
        case .rule(let rule), .unknownFact(_, let rule): rule.description
        case .defaultDeny: "default"
        }
    }

    /// The rule that decided, or that could not be decided.
    public var rule: RuleReference? {
        switch reason {
        case .rule(let rule), .unknownFact(_, let rule): rule
        case .gatekeeper, .defaultDeny: nil
        }
    }

    /// The decision for people, one sentence without a full stop.
    public var sentence: String {
        switch reason {
        case .gatekeeper(let why): "refused by the gatekeeper: \(why)"
        case .defaultDeny: "no rule allows \(object.map { "\($0)" } ?? "no object") (\(objectName)): default deny"
        case .unknownFact(let key, let rule):
            "refused: unknown \(key), which rule \(rule) needs and which could not be learned"
        case .rule(let rule):
            switch verdict {
            case .allow: "allowed by rule \(rule)\(rule.reason)"
            case .warn: "allowed with a warning by rule \(rule)\(rule.reason)"
            default: "refused by rule \(rule)\(rule.reason)"
            }
        }
    }
}

extension RuleReference {
    fileprivate var reason: String { because.map { ": \($0)" } ?? "" }
}
