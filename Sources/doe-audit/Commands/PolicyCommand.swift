internal import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The rules: check them, and ask what they say. Works without the daemon.",
        subcommands: [
            PolicyCheckCommand.self, PolicyShowCommand.self, PolicyExplainCommand.self, PolicyFormatCommand.self,
            PolicyTestCommand.self, PolicySuggestCommand.self,
        ])
}
