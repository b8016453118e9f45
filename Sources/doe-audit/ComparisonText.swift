internal import DOEPolicy
internal import DOEWords

/// What other rules change, for a person: how much first, then what opens.
enum ComparisonText {
    static func render(_ comparison: PolicyComparison) -> String {
        var lines = [head(comparison)]
        for effect in PolicyComparison.Difference.Effect.allCases {
            let differences = comparison.differences.filter { $0.effect == effect }
            guard !differences.isEmpty else { continue }
            lines += ["", title(effect)]
            for difference in differences { lines += show(difference) }
        }
        if !comparison.lengths.isEmpty { lines += ["", "Another length is malformed"] }
        for (object, before, now) in comparison.lengths { lines.append("  \(object)  was \(before), now \(now)") }
        return lines.joined(separator: "\n")
    }

    private static func head(_ comparison: PolicyComparison) -> String {
        let kinds = comparison.differences.count
        let tried = "\(comparison.tried) that these rules tell apart were tried"
        guard comparison.isWhole else {
            let found = kinds == 0 ? "No difference was found" : "\(counted(kinds, "kind")) of requests found"
            return Terminal.alarming("There is too much to try all of it. ")
                + "\(found); \(comparison.tried) were tried."
        }
        if kinds == 0 { return "No request gets another verdict: \(tried)." }
        return "\(counted(kinds, "kind")) of requests get\(kinds == 1 ? "s" : "") another verdict; \(tried)."
    }

    private static func title(_ effect: PolicyComparison.Difference.Effect) -> String {
        switch effect {
        case .newlyAllowed: Terminal.alarming("Newly allowed")
        case .quieter: "Allowed without the warning that there was"
        case .newlyRefused: "Newly refused"
        case .louder: "Allowed with a warning that there was not"
        }
    }

    private static func show(_ difference: PolicyComparison.Difference) -> [String] {
        func line(_ word: String, _ decision: Decision) -> String {
            let rule = decision.rule.map { "  \($0.text)" } ?? ""
            return "    \(word)  \(decision.decidedBy)\(Terminal.safe(rule))"
        }
        return [
            "  \(difference.before.verdict) -> \(difference.now.verdict)  for example \(Terminal.safe(difference.request))",
            line("was", difference.before), line("now", difference.now),
        ]
    }
}

/// The same for programs.
struct ComparisonAnswer: Encodable {
    var whole: Bool
    var tried: Int
    var differences: [Difference]
    var lengths: [Length]

    struct Difference: Encodable {
        var effect: String
        /// An example, in the words of rules.
        var request: String
        var before: Side
        var now: Side
        var ways: Int
    }

    struct Side: Encodable {
        var verdict: String
        var rule: String
        var reason: String

        init(_ decision: Decision) {
            (verdict, rule, reason) = (decision.verdict.rawValue, decision.decidedBy, decision.sentence)
        }
    }

    struct Length: Encodable {
        var object: String
        var before: String
        var now: String
    }

    init(_ comparison: PolicyComparison) {
        whole = comparison.isWhole
        tried = comparison.tried
        differences = comparison.differences.map {
            Difference(
                effect: $0.effect.rawValue, request: $0.request, before: Side($0.before), now: Side($0.now),
                ways: $0.ways)
        }
        lengths = comparison.lengths.map { Length(object: "\($0.object)", before: $0.before, now: $0.now) }
    }
}
