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
