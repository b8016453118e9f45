internal import ArgumentParser
internal import DOEControl

/// Where the daemon is met, and how answers are printed.
struct ControlOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's runtime directory.", valueName: "DIR"))
    var runtimeDirectory = ControlInterface.defaultRuntimeDirectory

    @Flag(help: "Print JSON.")
    var json = false

    var client: ControlClient { ControlClient(socket: "\(runtimeDirectory)/\(ControlInterface.socketName)") }

    func socket(of mailbox: String) -> String { "\(runtimeDirectory)/mailbox/\(mailbox).sock" }
}
