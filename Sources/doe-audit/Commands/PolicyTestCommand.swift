internal import ArgumentParser
internal import DOEConfiguration
internal import DOELinux
internal import DOEPolicy
internal import DOEWords

struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Try the rules on .expect files, or on what is recorded. Nothing is sent.",
        usage: "doe-audit policy test [--rules <DIR>] [--since <TIME>] [<options>]",
        discussion: """
            Without an option about records: on the requests in the .expect files beside the rules. With one, such as \
            --since -7d: each recorded exchange is judged anew. A record has neither the request's bytes nor the \
            client's groups: what cannot be judged without them is counted.

            Exit status: 0 no difference; 1 differences; 2 broken rules; 3 there is nothing to try them on, or not all that \
            is recorded could be read.
            """)

    @OptionGroup var place: PortableOption
    @OptionGroup var options: RulesOptions
    @OptionGroup(title: "Records") var trail: TrailOptions

    private struct Answer: Encodable {
        var expectations: Int
        var differences: [RuleFinding]
    }

    func run() throws {
        if trail.isGiven, place.portable {
            throw WrongUse("records are of hosts whose names count", "leave --portable out, or --since and the like")
        }
        if trail.isGiven { return try RecordTrial(rules: options, trail: trail).run() }
        let names = place.names
        let policy = try options.load(names: names)
        let expectations = try options.expectations(of: policy, names: names)
        guard expectations.count > 0 else {
            throw NothingExpected(
                problem: "nothing is expected of these rules: there is no line in any .expect file beside them",
                remedy: "write 50-site.expect: deny object=0001:01 uid=1000")
        }
        let differences = expectations.differences(under: policy, at: .now)
        if options.json {
            try Terminal.say(
                json: Answer(expectations: expectations.count, differences: differences.map { RuleFinding($0) }))
        } else {
            for warning in expectations.warnings { Terminal.say(Terminal.safe(warning.description)) }
            for difference in differences { Terminal.say(Terminal.safe(difference.description)) }
            let sum = "\(counted(expectations.count, "expectation")), \(differences.count) not met"
            Terminal.say(differences.isEmpty ? sum : Terminal.alarming(sum))
        }
        if !differences.isEmpty { throw DoneAs.no }
    }
}

/// A test without anything to test must not look like one that went well.
private struct NothingExpected: ExplainedError {
    let problem: String
    let remedy: String?
}
