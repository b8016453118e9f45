internal import ArgumentParser
internal import DOEConfiguration
internal import DOEPolicy

/// Which rules, and how the answer is printed.
struct RulesOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read rules from here only, in place of the standard directories.", valueName: "DIR"))
    var rules: String?

    @Flag(help: "Print JSON.")
    var json = false

    func load() throws -> Policy { try HostPolicy.load(rulesDirectory: rules, generation: 0) }
}
