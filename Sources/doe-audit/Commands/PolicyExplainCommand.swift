internal import ArgumentParser
internal import DOEPolicy
internal import DOEReport
internal import DOEWords

struct PolicyExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "What would be decided, by which rule, and why.",
        discussion: """
            What is not said of the client does not exist; without --uid you ask. Of mailbox and request it is unknown, \
            and a rule that needs it cannot be decided.
            """)

    @Argument(help: "The object, VVVV:TT in hexadecimal: 1e98:02.")
    var object: String?

    @OptionGroup(title: "The request") var request: AskedRequest
    @OptionGroup var options: RulesOptions

    @Option(help: ArgumentHelp("In place of an object: the record with this DOE_SEQ.", valueName: "N"))
    var seq: UInt64?

    @Option(help: ArgumentHelp("With --seq: of the instance whose name begins so.", valueName: "HEX"))
    var instance: String?

    @OptionGroup var trail: TrailOptions

    mutating func validate() throws {
        guard (object == nil) != (seq == nil) else { throw ValidationError("name an object, or a record with --seq") }
        if seq == nil, instance != nil || trail.isGiven {
            throw ValidationError("--instance and the options about records belong to --seq")
        }
        if seq != nil, request.isGiven {
            throw ValidationError("what was asked, and by whom, is in the record: leave its options out with --seq")
        }
    }

    func run() throws {
        if let seq { return try explain(record: seq) }
        let inquiry = try request.inquiry(about: object ?? "")
        let policy = try options.load()
        let explanation = Judge(policy, enforcement: request.enforcement).explain(inquiry)
        let answer = DecisionAnswer(explanation, of: inquiry, under: policy)
        if options.json { return try Terminal.say(json: answer) }
        answer.show(rule: explanation.decision.rule)
    }

    private func explain(record number: UInt64) throws {
        let explanation = try RecordExplanation.find(
            number, instance: instance, in: try trail.reader(), under: try options.load())
        Terminal.say(
            options.json
                ? try ReportJSON.render(explanation)
                : RecordExplanationText.render(explanation, colored: Terminal.hasColour))
    }
}
