internal import DOEReport
internal import DOEWords

/// Rules tried on what is recorded: the journal's part of `policy test`.
struct RecordTrial {
    let rules: RulesOptions
    let trail: TrailOptions

    func run() throws {
        let test = try BacktestBuilder.run(try rules.load(), on: try trail.reader())
        guard test.exchanges > 0 else { throw NothingRecorded(test) }
        Terminal.say(
            rules.json ? try ReportJSON.render(test) : BacktestText.render(test, colored: Terminal.hasColour))
        if !test.changes.isEmpty { throw DoneAs.no }
        if !test.isComplete { throw DoneAs.impossible }
    }
}

/// A test without anything to test must not look like one that went well.
private struct NothingRecorded: ExplainedError {
    let problem: String

    init(_ test: Backtest) {
        problem =
            "no exchange is recorded in \(test.source) in the time asked for: the rules were tried on nothing"
            + test.unread.map { "; not read: \($0)" }.joined()
    }

    var remedy: String? { "name an earlier --since; and may you read this journal (group systemd-journal)?" }
}
