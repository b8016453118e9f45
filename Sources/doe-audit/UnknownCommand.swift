internal import ArgumentParser
internal import DOEWords

/// Words on the command line that name no command, or an option before the command that it belongs to. The parser takes
/// them for arguments of the default command, and says that it has none.
struct UnknownCommand: ExplainedError {
    let problem: String
    let remedy: String?

    private init(_ problem: String, _ remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    /// `nil` where the words lead to a command; looked at only where they could not be understood.
    static func find(in words: [String], of root: CommandConfiguration) -> UnknownCommand? {
        var words = words[...]
        if words.first == "help" { words.removeFirst() }
        var configuration = root
        var place = root.commandName ?? ""
        while let word = words.first {
            let commands = subcommands(of: configuration)
            if commands.isEmpty { return nil }
            if let next = commands.first(where: { $0.commandName == word }) {
                configuration = next
                place += " \(word)"
                words.removeFirst()
                continue
            }
            return word.hasPrefix("-") ? misplaced(word, words, commands, place) : unknown(word, commands, place)
        }
        return nil
    }

    private static func subcommands(of configuration: CommandConfiguration) -> [CommandConfiguration] {
        var found: [CommandConfiguration] = []
        for command in configuration.subcommands { found.append(command.configuration) }
        return found
    }

    private static func unknown(
        _ word: String, _ commands: [CommandConfiguration], _ place: String
    ) -> UnknownCommand {
        let advice = NearestWord.advice(word, among: commands.compactMap { $0.commandName }, called: "commands")
        return UnknownCommand("no command '\(word.printable)' of \(place)", "\(advice)\nsee: \(place) --help")
    }

    private static func misplaced(
        _ option: String, _ words: ArraySlice<String>, _ commands: [CommandConfiguration], _ place: String
    ) -> UnknownCommand? {
        let names = Set(commands.compactMap { $0.commandName })
        guard let later = words.first(where: { names.contains($0) }) else { return nil }
        return UnknownCommand(
            "the option \(option.printable) stands before the command '\(later)'",
            "write it behind: \(place) \(later) \(option.printable) ...")
    }
}
