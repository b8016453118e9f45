internal import DOEWords

/// What a rule does when it decides, apart from what it takes to find it: plain numbers, for all rules in one array.
struct RuleEffect: Sendable {
    let verdict: Verdict
    /// What the rule sets by its `taint` effect.
    let taint: TaintLetters
    /// The keys that it asks for.
    let keys: UInt32

    init(_ rule: CompiledRule) {
        verdict = rule.verdict
        taint = rule.taint
        keys = rule.conditions.reduce(0) { $0 | $1.key.bit }
    }
}
