internal import DOEWords

/// What a rule does when it decides.
struct RuleEffect: Sendable {
    let verdict: Verdict
    /// What the rule sets by its `taint` effect.
    let taint: TaintLetters
    let reference: RuleReference
}
