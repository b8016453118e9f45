internal import ArgumentParser
internal import DOEConfiguration
internal import DOEControl
internal import DOELinux
internal import DOEWords
internal import Glibc

/// The tool: options and wiring; what it knows it asks of the modules.
@main
struct DOEAudit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doe-audit",
        abstract: "What talked to this host's DOE mailboxes, and was it allowed?",
        discussion: """
            Exit status: 0 done; 1 the answer is no (a refused exchange, a taint or anything else with --check, a gap in \
            the report); 2 wrong use or broken rules; 3 it could not be done, and the message says what to start or to change.
            """,
        version: ProductVersion.current,
        subcommands: [
            StatusCommand.self, MailboxesCommand.self, IDECommand.self, TaintCommand.self, DoctorCommand.self,
            DiscoverCommand.self, CDATCommand.self, ExchangeCommand.self, SPDMCommand.self, LeaseCommand.self,
            PolicyCommand.self, ReportCommand.self, ConfigCommand.self,
        ],
        defaultSubcommand: StatusCommand.self)

    static func main() {
        StandardStream.keepClosed()
        do {
            var command = try parseAsRoot()
            do {
                try command.run()
            } catch let answer as DoneAs {
                try Terminal.checkOutput()
                Glibc.exit(answer.rawValue)
            }
            try Terminal.checkOutput()
        } catch let error as any ExplainedError {
            Terminal.complain(error)
            if let error = error as? ControlError, error.isNobodyThere, !KernelSwitches.running().isOpen {
                StandardStream.error.say(
                    "  the kernel command line has \(KernelSwitches.enforceName)=off: the daemon opens no socket")
            }
            Glibc.exit(DoneAs(error).rawValue)
        } catch {
            // ArgumentParser's own: help and version go to standard output, wrong use is 64 there and 2 here.
            let isWrongUse = exitCode(for: error) != .success
            let words = Array(CommandLine.arguments.dropFirst())
            if isWrongUse, let unknown = UnknownCommand.find(in: words, of: Self.configuration) {
                Terminal.complain(unknown)
                Glibc.exit(DoneAs.wrongUse.rawValue)
            }
            let whole = fullMessage(for: error)
            guard !isWrongUse else {
                Terminal.complain(WrongArguments(message: message(for: error), whole: whole))
                Glibc.exit(DoneAs.wrongUse.rawValue)
            }
            StandardStream.output.say(whole)
            Glibc.exit(DoneAs.done.rawValue)
        }
    }
}
