internal import ArgumentParser
internal import DOEControl
internal import DOEPolicy
internal import DOEWords

struct PolicyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "All object lines, set lines and rules in the order in which they count.",
        discussion: """
            Asks the daemon for what it has in force, and how often each rule has decided. Where none runs, or with \
            --files, --rules or --kernel, the files are read, which count nothing. The first lines say which of the two \
            it was, with --json the key "source".
            """)

    @OptionGroup var options: RulesOptions

    @Flag(help: "Read the files; do not ask the daemon for its rules.")
    var files = false

    @Option(help: ArgumentHelp("The daemon's runtime directory.", valueName: "DIR"))
    var runtimeDirectory = ControlInterface.defaultRuntimeDirectory

    func run() throws {
        let shown = try gather()
        if options.json { return try Terminal.say(json: shown) }
        if let problem = shown.problem { Terminal.say(Terminal.alarming("! ") + Terminal.safe(problem)) }
        Terminal.say(head(of: shown).text)
        print("object lines", shown.objects)
        if !shown.sets.isEmpty { print("sets", shown.sets) }
        print("rules", shown.rules)
        guard let hits = shown.hits else { return }
        Terminal.say("\nnot decided by a rule:")
        var table = Table("  \(hits.gatekeeper)", "refused by the gatekeeper, before any rule")
        table.add("  \(hits.defaultDeny)", "refused since no rule matched")
        table.add("  \(hits.unknownFact)", "refused since a rule needed a fact that could not be learned")
        Terminal.say(table.text)
    }

    private func gather() throws -> ShownPolicy {
        let client = ControlClient(socket: "\(runtimeDirectory)/\(ControlInterface.socketName)")
        guard !files, options.rules == nil, options.kernel == nil else {
            let policy = try options.load()
            do throws(ControlError) {
                return ShownPolicy(policy, daemon: try client.status().policy)
            } catch {
                // That this user may not ask says nothing of what is in force.
                return ShownPolicy(policy, daemon: nil, notAsked: error.isNobodyThere ? nil : error.description)
            }
        }
        do throws(ControlError) {
            return ShownPolicy(try client.policy())
        } catch {
            // A daemon that runs and does not answer is asked in vain: the files may say something else.
            guard error.isNobodyThere else { throw error }
        }
        return ShownPolicy(try options.load(), daemon: nil)
    }

    private func head(of shown: ShownPolicy) -> Table {
        var table = Table("policy", shown.sha256)
        if let hits = shown.hits {
            let since = Timestamp(microseconds: UInt64(clamping: hits.since)).point
            table.add("read from", "the daemon: in force, generation \(shown.generation ?? 0)")
            table.add("counted", "decisions since \(since)")
            table.add("kernel", Terminal.safe(shown.kernel))
            return table
        }
        table.add("read from", "the files")
        switch shown.inForce {
        case nil where shown.notAsked != nil:
            table.add("daemon", "could not be asked what is in force: \(Terminal.safe(shown.notAsked ?? ""))")
        case nil: table.add("daemon", "none answers, so nothing is in force")
        case true?: table.add("daemon", "has these in force, generation \(shown.generation ?? 0)")
        case false?: table.add("daemon", "has OTHER rules in force: doe-audit policy reload")
        }
        table.add("kernel", Terminal.safe(shown.kernel))
        return table
    }

    private func print(_ title: String, _ lines: [ShownPolicy.Line]) {
        Terminal.say("\n\(title):")
        var table = lines.isEmpty ? Table("  none") : nil
        for line in lines {
            let first = line.hits.map { "  \($0)" }
            let cells = [first, "\(first == nil ? "  " : "")\(line.place)", Terminal.safe(line.text + line.note)]
                .compactMap(\.self)
            if table == nil { table = Table(cells) } else { table?.add(cells) }
        }
        Terminal.say(table?.text ?? "")
    }
}
