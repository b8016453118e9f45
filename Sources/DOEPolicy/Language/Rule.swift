internal import DOEWords

/// One rule, as it is written.
struct Rule: Hashable, Sendable, CustomStringConvertible {
    let verdict: Verdict
    let conditions: [RuleCondition]
    let taint: TaintLetters
    let asksDevice: Bool
    let because: String?

    /// The canonical spelling: one blank between words, effects last, letters in their order.
    var description: String {
        var words = [verdict.rawValue] + conditions.map(\.description)
        if !taint.isEmpty { words.append("taint \(taint)") }
        if asksDevice { words.append("ask-device") }
        if let because { words.append("because \(RuleValue.quote(because))") }
        return words.joined(separator: " ")
    }
}
