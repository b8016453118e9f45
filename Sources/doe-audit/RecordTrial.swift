internal import DOEReport
internal import DOEWords

/// Rules tried on what is recorded: the journal's part of `policy test`.
struct RecordTrial {
    let rules: RulesOptions
    let trail: TrailOptions

    func run() throws {
        let reader = try trail.reader()
        let test = try BacktestBuilder.run(try rules.load(), on: reader)
        guard test.exchanges > 0 else {
            throw NothingRecorded(in: reader, "the rules were tried on nothing", unread: test.unread)
        }
        Terminal.say(
            rules.json ? try ReportJSON.render(test) : BacktestText.render(test, colored: Terminal.hasColour))
        if !test.changes.isEmpty { throw DoneAs.no }
        if !test.isComplete { throw DoneAs.impossible }
    }
}
