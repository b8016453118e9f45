internal import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The daemon's configuration.", subcommands: [ConfigShowCommand.self],
        defaultSubcommand: ConfigShowCommand.self)
}
