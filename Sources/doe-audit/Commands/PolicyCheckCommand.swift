internal import ArgumentParser
internal import DOEPolicy
internal import DOEWords

struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the rules as the daemon would, and show every error.",
        discussion: "Exit status 2 where the rules are broken.")

    @OptionGroup var options: RulesOptions

    private struct Finding: Encodable {
        var file: String
        var line: Int
        var column: Int
        var message: String
        var remedy: String?

        init(_ place: SourcePlace, _ message: String, _ remedy: String?) {
            file = place.file
            line = place.line
            column = place.column
            self.message = message
            self.remedy = remedy
        }
    }

    private struct Answer: Encodable {
        var files: [String] = []
        var rules = 0
        var errors: [Finding] = []
        var warnings: [Finding] = []
    }

    func run() throws {
        do {
            let policy = try options.load()
            if options.json {
                let warnings = policy.warnings.map { Finding($0.place, $0.message, nil) }
                return try Terminal.say(
                    json: Answer(files: policy.files, rules: policy.ruleCount, warnings: warnings))
            }
            for warning in policy.warnings { Terminal.say(Terminal.safe(warning.description)) }
            Terminal.say("\(counted(policy.ruleCount, "rule")) in \(counted(policy.files.count, "file")), no errors")
        } catch let error as PolicyError {
            if options.json {
                try Terminal.say(json: Answer(errors: error.errors.map { Finding($0.place, $0.message, $0.remedy) }))
            } else {
                Terminal.say(Terminal.safe(error.description))
                Terminal.say(
                    Terminal.alarming("\(counted(error.count, "error")): ")
                        + "a daemon that starts with these refuses everything")
            }
            throw DoneAs.wrongUse
        }
    }
}
