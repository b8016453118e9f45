internal import ArgumentParser
internal import DOEReport
internal import DOEWords

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What talked to the mailboxes, and was it allowed? Read from the journal.",
        discussion: """
            Works without the daemon. Exit status 1 where the trail has a gap or a record that was changed.

            --verify checks journal and ring against each other: exit status 0 only if nothing is lost. With the \
            host's journal it reads the ring in \(JournalOptions.defaultStateDirectory), with any other the one that is named.

            Times: \(PointInTime.forms).
            """)

    @Flag(help: "Check that no record is lost: read the ring too, and count.")
    var verify = false

    @Option(help: ArgumentHelp("Where the daemon's ring lies, for --verify.", valueName: "DIR"))
    var stateDirectory: String?

    @Option(
        help: ArgumentHelp(
            "SHA-256 of each request that was executed at the device, one a line: each must have a record (--verify).",
            valueName: "FILE"))
    var deviceLog: String?

    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        guard verify || (stateDirectory == nil && deviceLog == nil) else {
            throw ValidationError("--state-directory and --device-log belong to --verify")
        }
        guard !verify || journal.until == nil else {
            throw ValidationError("--verify checks up to now: leave --until away")
        }
    }

    func run() throws {
        if verify { return try check() }
        let report = try ReportBuilder.report(
            on: journal.source, since: try journal.begin(), until: try journal.end())
        Terminal.say(
            json ? try ReportJSON.render(report) : ReportText.render(report, colored: Terminal.hasColour))
        if !report.isWhole { throw DoneAs.no }
    }

    private func check() throws {
        let ownRing = journal.isHostsOwn ? JournalOptions.defaultStateDirectory : nil
        let check = try TrailVerifier.verify(
            journal.source, stateDirectory: stateDirectory ?? ownRing, since: try journal.begin(),
            deviceLog: try deviceLog.map { try DeviceLog(path: $0) })
        Terminal.say(
            json ? try ReportJSON.render(check) : VerificationText.render(check, colored: Terminal.hasColour))
        if check.outcome != .whole { throw DoneAs.no }
    }
}
