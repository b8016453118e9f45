internal import ArgumentParser
internal import DOELinux
internal import DOEPolicy
internal import DOEReport
internal import DOEWords
internal import PCIConfig

struct PolicyExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "What would be decided, by which rule, and why.",
        discussion: """
            What is not said of the client does not exist: no unit, no program. Without --uid it is you who ask.
            Without --mailbox nothing is known of mailbox and device, and a rule that asks for them cannot be decided.

            With --seq it is a record from the journal: what was decided then, and what the rules say of it now.
            """)

    @Argument(help: "The object, VVVV:TT in hexadecimal: 1e98:02.")
    var object: String?

    @Option(help: ArgumentHelp("In place of an object: the record with this DOE_SEQ.", valueName: "N"))
    var seq: UInt64?

    @Option(help: ArgumentHelp("With --seq: of the instance whose name begins so.", valueName: "HEX"))
    var instance: String?

    @Option(help: "The mailbox; its function is read from sysfs.")
    var mailbox: String?

    @Option(help: ArgumentHelp("The client's user id.", valueName: "N"))
    var uid: UInt32?

    @Option(help: ArgumentHelp("The client's system unit.", valueName: "U"))
    var unit: String?

    @Option(help: ArgumentHelp("The client's program.", valueName: "P"))
    var exe: String?

    @OptionGroup var options: RulesOptions

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    @OptionGroup(title: "Records") var trail: TrailOptions

    private struct Answer: Encodable {
        var object: String
        var name: String
        var `class`: String
        var verdict: String
        var rule: String
        var file: String?
        var line: Int?
        var taint: String
        var reason: String
        /// Why the object is kernel-expected or not, where its object line names kernels.
        var kernel: String?
        var candidates: [String]

        private enum CodingKeys: String, CodingKey {
            case object, name, `class`, verdict, rule, file, line, taint, reason, kernel, candidates
        }

        /// `file` and `line` are there in any case, null where no rule decided: programs look for them.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(object, forKey: .object)
            try container.encode(name, forKey: .name)
            try container.encode(`class`, forKey: .class)
            try container.encode(verdict, forKey: .verdict)
            try container.encode(rule, forKey: .rule)
            try container.encode(file, forKey: .file)
            try container.encode(line, forKey: .line)
            try container.encode(taint, forKey: .taint)
            try container.encode(reason, forKey: .reason)
            try container.encodeIfPresent(kernel, forKey: .kernel)
            try container.encode(candidates, forKey: .candidates)
        }
    }

    mutating func validate() throws {
        guard (object == nil) != (seq == nil) else { throw ValidationError("name an object, or a record with --seq") }
        if seq == nil, instance != nil || trail.isGiven {
            throw ValidationError("--instance and the options about records belong to --seq")
        }
        if seq != nil, mailbox != nil || uid != nil || unit != nil || exe != nil {
            throw ValidationError("--mailbox, --uid, --unit and --exe are in the record: leave them out with --seq")
        }
    }

    func run() throws {
        if let seq { return try explain(record: seq) }
        try explain(object ?? "")
    }

    private func explain(record number: UInt64) throws {
        let explanation = try RecordExplanation.find(
            number, instance: instance, in: try trail.reader(), under: try options.load())
        Terminal.say(
            options.json
                ? try ReportJSON.render(explanation)
                : RecordExplanationText.render(explanation, colored: Terminal.hasColour))
    }

    private func explain(_ object: String) throws {
        guard let id = ObjectID(object) else {
            throw WrongUse(
                "'\(object)' is no object", "objects look like 1e98:02, four and two lower-case hexadecimal digits")
        }
        let inquiry =
            if let mailbox = try identity() {
                Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: .production, object: id)
            } else {
                Inquiry(road: .proxy, client: client, mode: .production, object: id)
            }
        let policy = try options.load()
        let explanation = Judge(policy).explain(inquiry)
        let decision = explanation.decision
        let rule = decision.rule
        let answer = Answer(
            object: object, name: decision.objectName, class: decision.objectClass.rawValue,
            verdict: decision.verdict.rawValue, rule: decision.decidedBy, file: rule?.file, line: rule?.line,
            taint: decision.taint.description, reason: decision.sentence,
            kernel: policy.kernelReason(of: id)?.description, candidates: explanation.candidates.map(\.sentence))
        if options.json { return try Terminal.say(json: answer) }
        show(answer, rule?.text)
    }

    private func show(_ answer: Answer, _ rule: String?) {
        let verdict = answer.verdict == Verdict.deny.rawValue ? Terminal.alarming(answer.verdict) : answer.verdict
        Terminal.say("\(verdict): \(Terminal.safe(answer.reason))")
        Terminal.say("")
        var table = Table("object", "\(answer.object) \(Terminal.safe(answer.name))")
        table.add("class", answer.class)
        if let kernel = answer.kernel { table.add("kernel", Terminal.safe(kernel)) }
        if let rule { table.add("rule", Terminal.safe(rule)) }
        if let file = answer.file, let line = answer.line { table.add("file", "\(file):\(line)") }
        table.add("taint", answer.taint.isEmpty ? "none" : answer.taint)
        Terminal.say(table.text)
        guard answer.candidates.count > 1 else { return }
        Terminal.say("\nrules for this object, in order:")
        for candidate in answer.candidates { Terminal.say("  \(Terminal.safe(candidate))") }
    }

    private func identity() throws -> MailboxIdentity? {
        guard let mailbox else { return nil }
        guard let name = MailboxName(mailbox) else {
            throw WrongUse(
                "'\(mailbox)' is no mailbox name",
                "names look like 0000:0d:00.0@190 or sim:cxl; see: doe-audit mailboxes")
        }
        guard let address = name.address else {
            // What a simulated function is, only the daemon knows; behind a remote mailbox there is no device.
            guard name.kind == .simulated else { return MailboxIdentity(name: name) }
            return MailboxIdentity(
                name: name, device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
        }
        let function = PCIHost(sysfsRoot: sysfsRoot).function(address)
        guard function.isPresent else {
            throw NoSuchFunction(
                problem: "there is no PCI function \(address) on this host", remedy: "see: doe-audit mailboxes --scan")
        }
        return MailboxIdentity(
            name: name, device: function.device, pciClass: function.classCode, driver: function.driver,
            serialNumber: .unknown)
    }

    private var client: Client {
        let uid = uid ?? AccountDatabase.effectiveUserID
        return Client(
            via: .known(.unix), pid: .none, uid: .known(uid), groups: AccountDatabase.groups(ofUser: uid),
            loginUID: .none,
            session: .none, exe: exe.map(Fact.known) ?? .none, unit: unit.map(Fact.known) ?? .none, container: .none,
            parent: .none)
    }
}
