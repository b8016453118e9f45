internal import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The rules: check them, and ask what they say. Works without the daemon.",
        subcommands: [PolicyCheckCommand.self, PolicyExplainCommand.self])
}
