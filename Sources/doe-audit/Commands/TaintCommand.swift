internal import ArgumentParser

struct TaintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taint", abstract: "What has happened to each mailbox, its function and the host.",
        subcommands: [TaintShowCommand.self, TaintAcknowledgeCommand.self], defaultSubcommand: TaintShowCommand.self)
}
