internal import DOEWords

/// A back-test for a person's eyes: the answer first, then what would change, the most important first.
public struct BacktestText: Sendable {
    private let test: Backtest
    private let isColored: Bool
    private var lines: [String] = []

    /// How many changes of a kind are shown.
    private static let rowLimit = 20

    /// The back-test as text, a newline at the end of each line. Colour only where the reader's terminal shows it.
    public static func render(_ test: Backtest, colored: Bool = false) -> String {
        var text = BacktestText(test: test, isColored: colored)
        text.head()
        text.changes()
        text.notJudged()
        text.notes()
        return text.lines.map { $0 + "\n" }.joined()
    }

    private init(test: Backtest, isColored: Bool) {
        self.test = test
        self.isColored = isColored
    }

    private mutating func head() {
        guard let first = test.first, let last = test.last else {
            lines.append("No exchange is recorded in \(test.source.printable): the rules were tried on nothing.")
            return
        }
        let alarming = test.changes.filter(\.isAlarming).reduce(0) { $0 + $1.seen.count }
        if alarming > 0 {
            lines.append(
                painted("THESE RULES OPEN WHAT WAS SHUT: \(alarming) of compliance or vendor class.", .critical))
        }
        let sum = "\(test.changed) of \(test.exchanges) exchanges would have been decided otherwise"
        if test.notJudged == test.exchanges {
            lines.append(painted("None of \(test.exchanges) exchanges could be judged.", .warning))
        } else if test.changed == 0 {
            // "Nothing" must not be said of what was not judged.
            let all =
                test.isComplete ? test.notJudged == 0 ? "all" : "all that could be judged" : "all that could be read"
            lines.append(
                painted(
                    "No difference: \(all) would have been decided as they were.", test.isComplete ? .good : .warning))
        } else {
            lines.append(painted(sum + ".", .warning))
        }
        lines.append("\(Timestamp.span(first, last)), from \(test.source.printable)")
        lines.append("")
        var rows = BacktestChange.Effect.allCases.map { effect in
            (test.changes.filter { $0.effect == effect }.reduce(0) { $0 + $1.seen.count }, effect.words)
        }
        rows.append((test.unchanged, "unchanged, of them \(test.beyondRules) refused whatever rules say"))
        rows.append((test.notJudged, "could not be judged: not in the record is what the rules ask for"))
        let digits = rows.map { String($0.0).count }.max() ?? 0
        for (count, words) in rows {
            let number = String(count)
            lines.append("  " + String(repeating: " ", count: digits - number.count) + "\(number)  \(words)")
        }
    }

    private mutating func changes() {
        for effect in BacktestChange.Effect.allCases {
            let changes = test.changes.filter { $0.effect == effect }
            guard !changes.isEmpty else { continue }
            lines += ["", painted(effect.title, .title)]
            for change in changes.prefix(Self.rowLimit) { show(change) }
            if changes.count > Self.rowLimit { lines.append("  and \(changes.count - Self.rowLimit) more: --json") }
        }
    }

    private mutating func show(_ change: BacktestChange) {
        let classes = change.classes.map(\.rawValue).joined(separator: ", now ")
        let what = "\(change.then) -> \(change.now)  \(change.object.printable) (\(classes)) by \(change.who.printable)"
        lines.append("  " + (change.isAlarming ? painted(what, .critical) : what))
        lines.append("      \(change.seen.times), \(change.seen.span)")
        lines.append("      then  \(change.decidedBefore.printable)")
        let rule = change.rule.map { "  \($0.printable)" } ?? ""
        lines.append("      now   \(change.decidedNow.printable)\(rule)")
    }

    private mutating func notJudged() {
        guard test.notJudged > 0 else { return }
        lines += ["", painted("Could not be judged, since the records lack", .title)]
        lines += test.lacking.map { "  \($0.what): \($0.count)" }
    }

    private mutating func notes() {
        var notes: [String] = []
        if test.foreign > 0 { notes.append("\(test.foreign) entries that root did not write are not counted") }
        if test.unreadable > 0 { notes.append("\(test.unreadable) entries could not be read") }
        if test.newer > 0 { notes.append("\(test.newer) records of a newer schema may say more than is known here") }
        notes += test.unread.map { "not read: \("\($0)".printable)" }
        if let problem = test.ringProblem {
            notes.append("records that still wait are not counted: \(problem.printable)")
        }
        if !notes.isEmpty { lines.append("") }
        lines += notes
    }

    private func painted(_ text: String, _ paint: Paint) -> String { paint.on(text, colored: isColored) }
}

extension BacktestChange.Effect {
    fileprivate var title: String {
        switch self {
        case .newlyAllowed: "Newly allowed"
        case .quieter: "Allowed, no longer with a warning"
        case .newlyRefused: "Newly refused"
        case .louder: "Allowed, now with a warning"
        }
    }

    fileprivate var words: String {
        switch self {
        case .newlyAllowed: "newly allowed"
        case .quieter: "allowed, no longer with a warning"
        case .newlyRefused: "newly refused"
        case .louder: "allowed, now with a warning"
        }
    }
}
