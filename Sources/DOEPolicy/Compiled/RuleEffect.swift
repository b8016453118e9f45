internal import DOEWords

/// What a rule does when it decides, apart from what it takes to find it. Small, since it stands beside what finds
/// it: with many rules each further place in memory is a wait.
struct RuleEffect: Sendable {
    /// The keys that the rule asks for.
    let keys: UInt32
    private let letters: UInt16
    let verdict: Verdict
    let asksDevice: Bool

    /// What the rule sets by its `taint` effect.
    var taint: TaintLetters { TaintLetters(rawValue: UInt64(letters)) }

    init(_ rule: CompiledRule) {
        verdict = rule.verdict
        asksDevice = rule.asksDevice
        // There are thirteen.
        letters = UInt16(rule.taint.rawValue)
        keys = rule.conditions.reduce(0) { $0 | $1.key.bit }
    }
}
