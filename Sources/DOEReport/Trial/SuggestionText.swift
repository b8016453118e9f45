internal import DOEWords

/// Suggestions as a rules file, for review: a comment says what each rule is for.
public enum SuggestionText {
    /// The file, a newline at the end of each line. Nothing but the rules is outside of comments.
    public static func render(_ suggestions: Suggestions) -> String {
        let lines = head(suggestions) + suggestions.suggestions.flatMap(rule) + omitted(suggestions)
        return lines.map { $0 + "\n" }.joined()
    }

    private static func head(_ suggestions: Suggestions) -> [String] {
        guard !suggestions.suggestions.isEmpty else {
            return [
                "# Nothing to suggest: of \(suggestions.exchanges) exchanges in \(suggestions.source.printable) none that "
                    + "a rule could let pass was refused or warned."
            ] + notes(suggestions)
        }
        var lines = [
            "# For review. The narrowest rules that would have let pass what was refused, or passed with a warning, in",
            "# \(suggestions.source.printable). An allow also takes the warning away, and the taint.",
            "# Each is for what was seen and for nobody else: each condition that you take out opens it to others.",
            "# Nothing of this is in force. Take out what you do not want, and save the rest under a name that comes before",
            "# \(suggestions.firstFile?.printable ?? "every other rules file"), then: doe-audit policy check",
            "# Proven on \(suggestions.proven) of \(suggestions.exchanges) recorded exchanges: each rule allows what is said "
                + "above it,",
            "# and no other verdict changes.",
        ]
        lines += notes(suggestions)
        return lines
    }

    private static func notes(_ suggestions: Suggestions) -> [String] {
        var notes: [String] = []
        if suggestions.foreign > 0 {
            notes.append("# \(suggestions.foreign) entries that root did not write are not counted.")
        }
        if suggestions.unreadable > 0 { notes.append("# \(suggestions.unreadable) entries could not be read.") }
        if suggestions.newer > 0 {
            notes.append("# \(suggestions.newer) records of a newer schema may say more than is known here.")
        }
        notes += suggestions.unread.map { "# Not read: \("\($0)".printable)" }
        if let problem = suggestions.ringProblem {
            notes.append("# Records that still wait are not counted: \(problem.printable)")
        }
        return notes
    }

    private static func rule(_ suggestion: Suggestions.Suggestion) -> [String] {
        [
            "", "# \(suggestion.what.printable)", "# \(suggestion.seen.times), \(suggestion.seen.span)",
            "# then \(suggestion.then.joined(separator: ", ").printable); now: \(suggestion.now.printable)",
            suggestion.rule,
        ]
    }

    private static func omitted(_ suggestions: Suggestions) -> [String] {
        guard !suggestions.omitted.isEmpty else { return [] }
        let limit = 20
        var lines = ["", "# No rule is suggested for:"]
        for omission in suggestions.omitted.prefix(limit) {
            lines.append("# - \(omission.what.printable), \(omission.seen.times): \(omission.why.printable)")
        }
        if suggestions.omitted.count > limit { lines.append("# and \(suggestions.omitted.count - limit) more: --json") }
        return lines
    }
}
