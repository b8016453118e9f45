internal import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The rules: check them, ask what they say, and have the daemon reload them.",
        discussion: "All but 'reload' work without the daemon.",
        subcommands: [
            PolicyCheckCommand.self, PolicyShowCommand.self, PolicyExplainCommand.self, PolicyFormatCommand.self,
            PolicyTestCommand.self, PolicyDiffCommand.self, PolicySuggestCommand.self, PolicyReloadCommand.self,
        ])
}
