/// One condition of a rule, as it is written.
struct RuleCondition: Hashable, Sendable, CustomStringConvertible {
    let key: RuleKey
    let negated: Bool
    let value: RuleValue

    var description: String { "\(key.word)\(negated ? "!=" : "=")\(value)" }
}
