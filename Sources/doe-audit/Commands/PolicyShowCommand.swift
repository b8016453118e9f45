internal import ArgumentParser
internal import DOEControl
internal import DOEPolicy
internal import DOEWords

struct PolicyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "All object lines and rules in the order in which they count.",
        discussion: "Read from the directories; where a daemon runs, whether it has just these in force.")

    @OptionGroup var options: RulesOptions

    @Option(help: ArgumentHelp("The daemon's runtime directory.", valueName: "DIR"))
    var runtimeDirectory = ControlInterface.defaultRuntimeDirectory

    private struct Line: Encodable {
        var file: String
        var line: Int
        var text: String
        /// Of an object line that names kernels: whether its objects are kernel-expected, and why.
        var kernelExpected: Bool?
        var kernelReason: String?

        init(_ reference: RuleReference) {
            file = reference.file
            line = reference.line
            text = reference.text
        }
    }

    private struct Answer: Encodable {
        var sha256: String
        /// The kernel that the object lines were read for, and how it was told.
        var kernel: String
        var objects: [Line]
        var rules: [Line]
        /// Whether the daemon has these in force; not there where no daemon answers.
        var inForce: Bool?
    }

    func run() throws {
        let policy = try options.load()
        let digest = policy.identity.digest.description
        let kernel = policy.kernel?.description ?? "none"
        let daemon = try? ControlClient(socket: "\(runtimeDirectory)/\(ControlInterface.socketName)").status().policy
        if options.json {
            return try Terminal.say(
                json: Answer(
                    sha256: digest, kernel: kernel, objects: Self.objectLines(policy),
                    rules: policy.ruleLines.map { Line($0) },
                    inForce: daemon.map { $0.sha256 == digest }))
        }
        var table = Table("policy", digest)
        switch daemon {
        case nil: table.add("daemon", "none answers, so nothing is in force")
        case let daemon? where daemon.sha256 == digest:
            table.add("daemon", "has these in force, generation \(daemon.generation)")
        case _?: table.add("daemon", "has OTHER rules in force: systemctl restart doe-auditd")
        }
        table.add("kernel", Terminal.safe(kernel))
        Terminal.say(table.text)
        let reasons = policy.kernelReasons.map { $0.map { "  # \($0)" } ?? "" }
        let objects = zip(policy.objectLines, reasons).map { ($0, $1) }
        for (title, lines) in [("object lines", objects), ("rules", policy.ruleLines.map { ($0, "") })] {
            Terminal.say("\n\(title):")
            var table = lines.isEmpty ? Table("  none") : nil
            for (line, note) in lines {
                let cells = ("  \(line)", Terminal.safe(line.text + note))
                if table == nil { table = Table(cells.0, cells.1) } else { table?.add(cells.0, cells.1) }
            }
            Terminal.say(table?.text ?? "")
        }
    }

    private static func objectLines(_ policy: Policy) -> [Line] {
        zip(policy.objectLines, policy.kernelReasons).map { reference, reason in
            var line = Line(reference)
            line.kernelExpected = reason?.isExpected
            line.kernelReason = reason?.sentence
            return line
        }
    }
}
