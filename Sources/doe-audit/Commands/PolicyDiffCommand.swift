internal import ArgumentParser
internal import DOEConfiguration
internal import DOELinux
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
            from now on and with all facts learned; not taint, 'because' and ask-device.

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
        let names = place.names
        let (old, new) = try load(names)
        let portable = names as? PortableNames
        let now = Timestamp.now
        var comparison = PolicyComparison(of: old, with: new, from: now, names: portable)
        if let portable { try compare(old, new, portable, now, &comparison) }
        if json {
            try Terminal.say(json: ComparisonAnswer(comparison))
        } else {
            Terminal.say(ComparisonText.render(comparison))
        }
        if !comparison.differences.isEmpty || !comparison.lengths.isEmpty { throw DoneAs.no }
        if !comparison.isWhole { throw DoneAs.impossible }
    }

    /// More ways to give numbers to names are not tried.
    private static let numberings = 64

    /// On some host a user of another one's may have any number: with each that rules tell apart.
    private func compare(
        _ old: Policy, _ new: Policy, _ names: PortableNames, _ now: Timestamp, _ comparison: inout PolicyComparison
    ) throws {
        let users = names.userNames
        guard !users.isEmpty else { return }
        guard let numbers = PolicyComparison.userNumbers(old, new), numbers.count * users.count <= Self.numberings
        else { return comparison.add(nil) }
        for user in users {
            for number in numbers {
                let others = PortableNames(user: user, number: number)
                let (old, new) = try load(others)
                comparison.add(PolicyComparison(of: old, with: new, from: now, names: others))
            }
        }
    }

    /// Both have the same names.
    private func load(_ names: any NameResolver) throws -> (Policy, Policy) {
        let old = try load(directories.count == 2 ? directories[0] : nil, names)
        return (old, try load(directories[directories.count - 1], names))
    }

    private func load(_ directory: String?, _ names: any NameResolver) throws -> Policy {
        try RulesOptions.load(rules: directory, kernel: kernel, names: names)
    }
}
