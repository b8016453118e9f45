internal import DOEWords

/// One condition of a rule, as it is written.
struct RuleCondition: Hashable, Sendable, CustomStringConvertible {
    let key: RuleKey
    let negated: Bool
    let value: RuleValue

    var description: String { "\(key.word)\(negated ? "!=" : "=")\(value)" }
}

/// One rule, as it is written.
struct Rule: Hashable, Sendable, CustomStringConvertible {
    let verdict: Verdict
    let conditions: [RuleCondition]
    let taint: TaintLetters
    let because: String?

    /// The canonical spelling: one blank between words, effects last, letters in their order.
    var description: String {
        var words = [verdict.rawValue] + conditions.map(\.description)
        if !taint.isEmpty { words.append("taint \(taint)") }
        if let because { words.append("because \(RuleValue.quote(because))") }
        return words.joined(separator: " ")
    }
}

/// One object line, as it is written.
struct ObjectLine: Hashable, Sendable, CustomStringConvertible {
    let pattern: RuleValue
    let objectClass: ObjectClass
    let name: String
    let kernel: KernelRange?

    /// The canonical spelling.
    var description: String {
        "object \(pattern) \(objectClass) \(RuleValue.quote(name))" + (kernel.map { " kernel \($0)" } ?? "")
    }
}

/// What a line says.
enum RuleStatement: Hashable, Sendable, CustomStringConvertible {
    case object(ObjectLine)
    case rule(Rule)

    var description: String {
        switch self {
        case .object(let line): line.description
        case .rule(let rule): rule.description
        }
    }
}
