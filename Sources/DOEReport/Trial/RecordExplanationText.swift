internal import DOEPolicy
internal import DOERecord
internal import DOEWords

/// One record for a person's eyes: what was decided then, what is now, and why.
public enum RecordExplanationText {
    /// The explanation as text, a newline at the end of each line. Colour only where the reader's terminal shows it.
    public static func render(_ explanation: RecordExplanation, colored: Bool = false) -> String {
        let lines = head(explanation) + then(explanation, colored) + now(explanation, colored) + end(explanation)
        return lines.map { $0 + "\n" }.joined()
    }

    private static func head(_ explanation: RecordExplanation) -> [String] {
        let record = explanation.record
        let time = record.time.map { Timestamp(microseconds: $0).point } ?? "at an unknown time"
        var lines = ["Record \(record[.sequence] ?? "?") of instance \(printable(record[.instance])), \(time)"]
        if explanation.others > 0 {
            lines.append("(\(explanation.others) earlier with this number: name one with --instance)")
        }
        lines.append(record.exchangeText.printable)
        return lines
    }

    private static func then(_ explanation: RecordExplanation, _ colored: Bool) -> [String] {
        let record = explanation.record
        var lines = ["", "then  \(verdict(record[.verdict], colored)) by \(printable(record[.rule]))"]
        if let would = record[.would] { lines.append("      the policy said \(would.printable)") }
        lines.append("      class \(printable(record[.objectClass])), mode \(printable(record[.mode]))")
        lines.append("      taint \(record.taint.isEmpty ? "none" : record.taint.description)")
        lines.append("      \(record.message.printable)")
        return lines
    }

    private static func now(_ explanation: RecordExplanation, _ colored: Bool) -> [String] {
        guard let now = explanation.now else {
            return [
                "now   rules are not asked: \(explanation.beyondRules ?? "its record lacks object, mailbox or mode")"
            ]
        }
        var lines: [String] = []
        if let decision = now.decision {
            lines.append("now   \(verdict(decision.verdict.rawValue, colored)) by \(now.decidedBy.printable)")
            lines.append("      class \(decision.objectClass)")
            lines.append("      taint \(decision.taint.isEmpty ? "none" : decision.taint.description)")
            lines.append("      \(decision.sentence.printable)")
        } else {
            let verdicts = now.verdicts.map(\.rawValue).joined(separator: " or ")
            lines.append("now   \(verdicts): it cannot be told, since the record lacks")
            lines.append("      " + now.lacking.map(\.description).joined(separator: ", "))
        }
        if let beyondRules = explanation.beyondRules {
            lines.append("      and it would be refused whatever rules say: \(beyondRules)")
        }
        if explanation.isSamePolicy == true { lines.append("      under the same rules as then") }
        return lines
    }

    private static func end(_ explanation: RecordExplanation) -> [String] {
        var lines: [String] = []
        if !explanation.candidates.isEmpty {
            lines += ["", "Rules for this object now, in order"]
            lines += explanation.candidates.map { candidate in
                "  \(candidate.sentence.printable)\n      \(candidate.rule.text.printable)"
            }
        }
        let lacking = explanation.lacking.map(\.description) + ["the request's bytes"]
        lines += ["", "Not in the record, so unknown here: \(lacking.joined(separator: ", "))"]
        return lines + explanation.unread.map { "Not read: \("\($0)".printable)" }
    }

    private static func printable(_ text: String?) -> String { text?.printable ?? "unknown" }

    private static func verdict(_ word: String?, _ colored: Bool) -> String {
        let word = printable(word)
        return word == Verdict.deny.rawValue ? Paint.critical.on(word, colored: colored) : word
    }
}
