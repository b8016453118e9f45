internal import ArgumentParser
internal import DOEConfiguration
internal import DOELinux
internal import DOEPolicy
internal import DOEWords

struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the rules as the daemon would, and show every error.",
        discussion: """
            What .expect files beside the rules expect is checked too; a package's, against the package's rules alone.
            With --portable every user, group, unit and program is taken to exist, as on the host that the rules are for; \
            the kernel is the one that --kernel names, else Linux 6.1.
            Exit status 2 where the rules are broken, 3 where they cannot be read or must not be believed; 1 for a \
            warning with --lint, and where the rules decide otherwise than is expected.
            """)

    @Flag(help: "Warn also of rules that are valid and hardly meant.")
    var lint = false

    @OptionGroup var place: PortableOption
    @OptionGroup var options: RulesOptions

    private struct Answer: Encodable {
        var files: [String] = []
        var rules = 0
        /// A hundred at most; `errorCount` is how many there are.
        var errors: [RuleFinding] = []
        var errorCount = 0
        var warnings: [RuleFinding] = []
        /// Requests that are expected to be decided in a certain way, and those that are not.
        var expectations = 0
        var differences: [RuleFinding] = []
        /// Why the rules could not be read, and what to do.
        var problem: String?
        var remedy: String?
    }

    func run() throws {
        do {
            try check()
        } catch let error as PolicyError {
            try show(error)
            throw DoneAs.wrongUse
        } catch let error as any ExplainedError where options.json {
            try Terminal.say(json: Answer(problem: error.problem, remedy: error.remedy))
            throw DoneAs(error)
        }
    }

    private func check() throws {
        // Rules and expectations have the same names.
        let names = place.names
        let policy = try options.load(names: names)
        let expectations = try options.expectations(of: policy, names: names)
        let warnings = policy.warnings + expectations.warnings + (lint ? findings(in: policy) : [])
        let exposed = lint ? notes(on: policy) : []
        let differences = expectations.differences(under: policy, at: .now)
        if options.json {
            try Terminal.say(
                json: Answer(
                    files: policy.files, rules: policy.ruleCount,
                    warnings: exposed + warnings.map { RuleFinding($0) },
                    expectations: expectations.count, differences: differences.map { RuleFinding($0) }))
        } else {
            for note in exposed { Terminal.say(Terminal.safe("\(note.file): warning: \(note.words)")) }
            for warning in warnings { Terminal.say(Terminal.safe(warning.description)) }
            for difference in differences { Terminal.say(Terminal.safe(difference.description)) }
            var sums = ["\(counted(policy.ruleCount, "rule")) in \(counted(policy.files.count, "file")), no errors"]
            let warned = exposed.count + warnings.count
            if warned > 0 { sums.append(counted(warned, "warning")) }
            if expectations.count > 0 {
                sums.append("\(counted(expectations.count, "expectation")), \(differences.count) not met")
            }
            if place.portable {
                sums.append(
                    "for Linux \(policy.kernel?.version.description ?? "?") on another host: no name was looked up")
            }
            Terminal.say(sums.joined(separator: ", "))
        }
        if !differences.isEmpty || (lint && !(exposed.isEmpty && warnings.isEmpty)) { throw DoneAs.no }
    }

    private func findings(in policy: Policy) -> [RuleWarning] {
        if place.portable { return policy.lint(at: .now, areNamesKnown: false) { _ in true } }
        return policy.lint(
            at: .now, unitBehind: { HostUnits.unit(behind: $0) },
            exposure: { ExposedProgram.exposure(of: $0, isFolder: $1) },
            program: { HostNames().program(at: $0) }, entries: { HostNames.entries(of: $0) },
            unitExists: { HostUnits.exists($0) })
    }

    /// What is wrong with no one rule.
    private func notes(on policy: Policy) -> [RuleFinding] {
        let exposed =
            place.portable
            ? [] : ExposedRules.find(rulesDirectory: options.rules, files: policy.files).map { RuleFinding($0) }
        guard policy.ruleCount == 0 else { return exposed }
        return [
            RuleFinding(
                file: policy.files.first ?? options.rules ?? HostPolicy.directory,
                message: "there is no rule, so everything is refused",
                remedy: "write rules, or put the package's there: 90-doe-audit.rules")
        ] + exposed
    }

    private func show(_ error: PolicyError) throws {
        if options.json {
            let errors = error.errors.map { RuleFinding($0) }
            return try Terminal.say(json: Answer(errors: errors, errorCount: error.count))
        }
        Terminal.say(Terminal.safe(error.description))
        Terminal.say(
            Terminal.alarming("\(counted(error.count, "error")): ")
                + "a daemon that starts with broken rules refuses everything, and one that runs keeps those that it has"
        )
    }
}
