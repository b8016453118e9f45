internal import ArgumentParser
internal import DOEObjects
internal import DOEPolicy
internal import DOEReport
internal import DOEWords

struct PolicyExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "What would be decided, by which rule, and why.",
        usage: "doe-audit policy explain <object> [--KEY <VALUE> ...] [<options>]",
        discussion: """
            A fact is told by the option of its key in rules, with one value as there,
            or none, or unknown for what the daemon could not learn ('"none"' is a name):
              --mailbox --address --device --pci-class --driver --serial
              --uid --user --group --loginuid --unit --exe --container --via
              --road --mode --class --spdm --compliance
            Without --uid and --user you ask. What is not said of the client does not
            exist; of a mailbox it is what this host's kernel and daemon know of it.
            What nobody knows may be anything: "cannot tell" where that decides.
            Exit status with --check: 0 passes, 1 refused, 2 wrong input, 3 cannot tell.
            """)

    @Argument(help: "The object, VVVV:TT in hexadecimal: 1e98:02.")
    var object: String?

    @Flag(help: "Say by the exit status too whether it passes.")
    var check = false

    @OptionGroup var request: AskedRequest
    @OptionGroup var options: RulesOptions

    @Option(help: ArgumentHelp("In place of an object: the record with this DOE_SEQ.", valueName: "N"))
    var seq: UInt64?

    @Option(help: ArgumentHelp("With --seq: of the instance whose name begins so.", valueName: "HEX"))
    var instance: String?

    @OptionGroup var trail: TrailOptions

    mutating func validate() throws {
        guard object != nil || seq != nil else { throw ValidationError("name an object, or a record with --seq") }
        if let object, let seq {
            throw ValidationError(
                "record \(seq) says itself which object it is about: leave '\(object.printable)' out, or --seq")
        }
        if seq == nil, instance != nil || trail.isGiven {
            throw ValidationError("--instance and the options about records belong to --seq")
        }
        if seq != nil, check { throw ValidationError("what is recorded has happened: --check is for an object") }
        if seq != nil, request.isGiven {
            throw ValidationError("what was asked, and by whom, is in the record: leave its options out with --seq")
        }
    }

    func run() throws {
        if let seq { return try explain(record: seq) }
        let (question, known) = try request.question(about: object ?? "")
        let policy = try options.load()
        let said = Judge(policy, enforcement: request.enforcement).answer(question)
        try compare(said.decision.objectClass, with: question)
        var answer = DecisionAnswer(said, to: question, under: policy)
        look(for: question, said, known, &answer)
        if options.json {
            try Terminal.say(json: answer)
        } else {
            answer.show(rule: said.rule)
        }
        if check { try tell(said, isHeldBack: answer.withheld != nil) }
    }

    private func tell(_ answer: QuestionAnswer, isHeldBack: Bool) throws {
        guard case .decided(let decided) = answer else { throw DoneAs.impossible }
        if decided.explanation.decision.verdict == .deny || isHeldBack { throw DoneAs.no }
    }

    /// What was told of the class holds, or the question is about something else.
    private func compare(_ objectClass: ObjectClass, with question: Question) throws {
        guard let expected = question.expectedClass, expected != objectClass else { return }
        throw WrongUse(
            "\(question.inquiry.object) is \(objectClass) under these object lines, and not \(expected)",
            "leave --class out, or write an object line")
    }

    /// What the daemon does with what the rules let pass: a copy answers, or it is not sent after all.
    private func look(
        for question: Question, _ said: QuestionAnswer, _ known: KnownMailbox?, _ answer: inout DecisionAnswer
    ) {
        let object = question.inquiry.object
        // Only what is asked of the device alone has to be listed.
        if !object.isReadByTheKernelToo { answer.listed = known?.objects.map { $0.contains(object) } }
        guard case .decided(let decided) = said, said.decision.verdict != .deny, !said.decision.asksDevice,
            decided.inquiry.road == .proxy
        else { return }
        if answer.listed == false, !request.leased {
            answer.withhold("the mailbox's own list of objects has no \(object)")
        }
        guard object.isReadByTheKernelToo else { return }
        switch known?.copy(for: question.inquiry.request, of: object) {
        case .copy?: answer.answer = .copy
        case .device?: answer.answer = .device
        case .refused(let why)?: answer.withhold(why)
        case nil: answer.answer = .copyOrDevice
        }
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
