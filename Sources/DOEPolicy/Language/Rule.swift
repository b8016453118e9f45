internal import DOEWords

/// One rule, as it is written.
struct Rule: Hashable, Sendable, CustomStringConvertible {
    let verdict: Verdict
    let conditions: [RuleCondition]
    let taint: TaintLetters
    let asksDevice: Bool
    let because: String?
    /// What only an expectation says; `nil` in a rule.
    var expected: Expected?

    /// Words of a line in an `.expect` file, which no rule can have.
    struct Expected: Hashable, Sendable {
        /// `from-copy`: a copy must do.
        var isFromCopy = false
        /// `kernel 6.19`: it is about that kernel, told by its version alone.
        var kernel: KernelVersion?

        /// The first of them, as it is written.
        var word: String { isFromCopy ? "from-copy" : "kernel" }
    }

    /// The canonical spelling: one blank between words, effects last, letters in their order.
    var description: String {
        var words = [verdict.rawValue] + conditions.map(\.description)
        if !taint.isEmpty { words.append("taint \(taint)") }
        if asksDevice { words.append("ask-device") }
        if expected?.isFromCopy == true { words.append("from-copy") }
        if let kernel = expected?.kernel { words.append("kernel \(kernel)") }
        if let because { words.append("because \(RuleValue.quote(because))") }
        return words.joined(separator: " ")
    }
}
