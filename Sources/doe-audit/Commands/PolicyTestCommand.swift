internal import ArgumentParser
internal import DOEPolicy
internal import DOEWords

struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Try the rules on the requests in .expect files. Nothing is sent.",
        discussion: "Exit status 1 where something is decided otherwise than is expected.")

    @OptionGroup var options: RulesOptions

    private struct Answer: Encodable {
        var expectations: Int
        var differences: [RuleFinding]
    }

    func run() throws {
        let policy = try options.load()
        let expectations = try options.expectations()
        guard expectations.count > 0 else {
            throw NothingExpected(
                problem: "nothing is expected of these rules: there is no line in any .expect file beside them",
                remedy: "write 50-site.expect: deny object=0001:01 uid=1000")
        }
        let differences = expectations.differences(under: Judge(policy))
        if options.json {
            try Terminal.say(
                json: Answer(expectations: expectations.count, differences: differences.map { RuleFinding($0) }))
        } else {
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
