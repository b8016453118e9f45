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

        init(_ reference: RuleReference) {
            file = reference.file
            line = reference.line
            text = reference.text
        }
    }

    private struct Answer: Encodable {
        var sha256: String
        var objects: [Line]
        var rules: [Line]
        /// Whether the daemon has these in force; not there where no daemon answers.
        var inForce: Bool?
    }

    func run() throws {
        let policy = try options.load()
        let digest = policy.identity.digest.description
        let daemon = try? ControlClient(socket: "\(runtimeDirectory)/\(ControlInterface.socketName)").status().policy
        if options.json {
            return try Terminal.say(
                json: Answer(
                    sha256: digest, objects: policy.objectLines.map { Line($0) },
                    rules: policy.ruleLines.map { Line($0) },
                    inForce: daemon.map { $0.sha256 == digest }))
        }
        var table = Table("policy", digest)
        switch daemon {
        case nil: table.add("daemon", "none answers, so nothing is in force")
        case let daemon? where daemon.sha256 == digest:
            table.add("daemon", "has these in force, generation \(daemon.generation)")
        case _?: table.add("daemon", "has OTHER rules in force: doe-audit policy reload")
        }
        Terminal.say(table.text)
        for (title, lines) in [("object lines", policy.objectLines), ("rules", policy.ruleLines)] {
            Terminal.say("\n\(title):")
            var table = lines.isEmpty ? Table("  none") : nil
            for line in lines {
                let cells = ("  \(line)", Terminal.safe(line.text))
                if table == nil { table = Table(cells.0, cells.1) } else { table?.add(cells.0, cells.1) }
            }
            Terminal.say(table?.text ?? "")
        }
    }
}
