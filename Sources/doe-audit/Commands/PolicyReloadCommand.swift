internal import ArgumentParser
internal import DOEControl
internal import DOELinux
internal import Glibc

struct PolicyReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the daemon read the rules anew. For root.",
        discussion: """
            All or nothing: where a file has an error, the errors are shown as 'policy check' shows them, and what was in \
            force stays. Exchanges under way end under the policy that they began with. Names of users and groups are \
            looked up anew. A SIGHUP to the daemon does the same and says it in the journal alone.
            Where the answer takes longer than two seconds, lines on stderr say what it waits for.
            Exit status 2 where the rules are broken, 3 where they cannot be read or must not be believed, where the \
            daemon does not run, and for anybody but root.
            """)

    @OptionGroup var control: ControlOptions

    /// What --json prints for broken rules: the keys of `policy check`, and what is in force.
    private struct Broken: Encodable {
        var errors: [RuleNotice]
        var errorCount: Int
        var consequence: String
    }

    func run() throws {
        let answer: PolicyReload
        do throws(ControlError) {
            answer = try control.client.reloadPolicy(whileWaiting: tellWait)
        } catch {
            guard let broken = error.details(as: BrokenRules.self) else { throw error }
            try show(broken)
            throw DoneAs.wrongUse
        }
        try show(answer)
    }

    /// For a person: not part of the answer, so on stderr whoever reads that.
    private func tellWait(_ microseconds: UInt64) {
        let status = Result { () throws(ControlError) in try control.client.status(withinMicroseconds: 1_000_000) }
        StandardStream.error.say(ReloadWait(microseconds: microseconds, status: status, pid: Int(getpid())).text)
    }

    private func show(_ answer: PolicyReload) throws {
        if control.json { return try Terminal.say(json: answer) }
        for warning in answer.warnings { Terminal.say(Terminal.safe(warning.text)) }
        let policy = answer.policy
        if let problem = policy.problem { Terminal.say(Terminal.alarming("! ") + Terminal.safe(problem)) }
        let how = answer.unchanged ? "in force, with the same rules as before" : "in force"
        Terminal.say(
            "generation \(policy.generation) is \(how): \(counted(policy.rules, "rule")) in "
                + "\(counted(policy.files.count, "file")), \(policy.sha256.prefix(12))")
    }

    private func show(_ broken: BrokenRules) throws {
        if control.json {
            return try Terminal.say(
                json: Broken(errors: broken.errors, errorCount: broken.count, consequence: broken.consequence))
        }
        for error in broken.errors { Terminal.say(Terminal.safe(error.text)) }
        if broken.count > broken.errors.count {
            Terminal.say("\(broken.count - broken.errors.count) more errors are not shown")
        }
        Terminal.say(Terminal.alarming("\(counted(broken.count, "error")): ") + broken.consequence)
    }
}
