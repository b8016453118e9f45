internal import ArgumentParser
internal import DOEConfiguration
internal import DOEPolicy
internal import DOEWords

struct PolicyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What other rules change: which requests get another verdict, and by which rules.",
        usage: "doe-audit policy diff [<old>] <new> [<options>]",
        discussion: """
            Each is a directory of rules, read as with --rules; with one alone it is compared with this host's own rules. \
            Nothing is picked out: of all that the two tell apart, one request is tried. What is compared are verdicts, \
            with all facts learned; not taint, 'because' and ask-device.

            Exit status: 0 no request gets another verdict; 1 some do; 2 broken rules; 3 there is too much to try, and no \
            difference in what was tried.
            """)

    @Argument(help: ArgumentHelp("The directories.", valueName: "directory"))
    var directories: [String]

    @OptionGroup var place: PortableOption

    @Option(help: ArgumentHelp("As if this kernel were running: 6.12.", valueName: "VERSION"))
    var kernel: String?

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        guard (1...2).contains(directories.count) else { throw ValidationError("name one directory of rules, or two") }
    }

    func run() throws {
        // Both have the same names.
        let names = place.names
        let old = try load(directories.count == 2 ? directories[0] : nil, names)
        let new = try load(directories[directories.count - 1], names)
        let comparison = PolicyComparison(of: old, with: new)
        if json {
            try Terminal.say(json: ComparisonAnswer(comparison))
        } else {
            Terminal.say(ComparisonText.render(comparison))
        }
        if !comparison.differences.isEmpty || !comparison.lengths.isEmpty { throw DoneAs.no }
        if !comparison.isWhole { throw DoneAs.impossible }
    }

    private func load(_ directory: String?, _ names: any NameResolver) throws -> Policy {
        try RulesOptions.load(rules: directory, kernel: kernel, names: names)
    }
}
