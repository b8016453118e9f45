/// What a line says.
enum RuleStatement: Hashable, Sendable, CustomStringConvertible {
    case object(ObjectLine)
    case rule(Rule)
    case set(NamedSet)

    /// For people: `an object line`.
    var kind: String {
        switch self {
        case .object: "an object line"
        case .rule: "a rule"
        case .set: "a set line"
        }
    }

    var description: String {
        switch self {
        case .object(let line): line.description
        case .rule(let rule): rule.description
        case .set(let set): set.description
        }
    }
}
