internal import ArgumentParser
internal import DOEConfiguration
internal import DOEControl

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Every key, its value, and where the value comes from.",
        discussion: """
            Asks the daemon what it started with. Where none runs, or with --configuration, the files are read \
            and what a start would use is shown; options of the daemon are not known then. Exit status 2 where the \
            files are wrong.
            """)

    @OptionGroup var control: ControlOptions

    @Option(
        name: .customLong("configuration"),
        help: ArgumentHelp(
            "Read \(ConfigurationFiles.name) and its drop-ins from here, in place of asking the daemon.",
            valueName: "DIR"))
    var directory: String?

    /// The answer, and who has given it.
    private struct Shown: Encodable {
        var running: Bool
        var settings: [SettingEntry]
        var files: [String]
        var complaints: [String]

        init(_ answer: SettingEntry.Answer, running: Bool) {
            self.running = running
            settings = answer.settings
            files = answer.files
            complaints = answer.complaints
        }
    }

    func run() throws {
        let shown = try gather()
        if control.json { return try Terminal.say(json: shown) }
        for complaint in shown.complaints { Terminal.say(Terminal.alarming("! ") + Terminal.safe(complaint)) }
        Terminal.say(table(shown.settings).text)
        Terminal.say("")
        Terminal.say(
            shown.running
                ? "The daemon runs with these." : "No daemon was asked: a start without options would use these.")
        Terminal.say(
            shown.files.isEmpty
                ? "There is no configuration file." : Terminal.safe("Files: \(shown.files.joined(separator: ", "))"))
    }

    private func gather() throws -> Shown {
        guard directory == nil else { return try read() }
        do throws(ControlError) {
            return Shown(try control.client.configuration(), running: true)
        } catch {
            // A daemon that runs and does not answer is asked in vain: files may have changed since it started.
            guard error.isNobodyThere else { throw error }
            return try read()
        }
    }

    private func read() throws -> Shown {
        let files = directory.map(ConfigurationFiles.init(in:)) ?? .host
        return Shown(try Configuration.load(files).answer(.running()), running: false)
    }

    /// What was set stands first.
    private func table(_ settings: [SettingEntry]) -> Table {
        var table = Table("KEY", "VALUE", "FROM")
        for isDefault in [false, true] {
            for setting in settings where (setting.source == "default") == isDefault {
                table.add(setting.name, Terminal.safe(setting.value ?? "-"), Terminal.safe(setting.place))
            }
        }
        return table
    }
}

extension SettingEntry {
    fileprivate var place: String {
        switch source {
        case "file": "\(file ?? "a file"):\(line ?? 0)"
        case "command-line": "the daemon's command line"
        case "kernel-command-line": "the kernel command line"
        default: source
        }
    }
}
