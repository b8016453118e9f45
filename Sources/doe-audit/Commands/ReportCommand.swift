internal import ArgumentParser
internal import DOEReport
internal import DOEWords

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What talked to the mailboxes, and was it allowed? From the journal.",
        discussion: """
            Works without the daemon. Exit status 1 where the trail has a gap, a record that was changed, or a loss on \
            record, of records or of letters of taint; 3 where not all that is there could be read, or nothing is on \
            record of the time that was asked for.

            --verify checks journal and ring against each other: exit status 0 only if nothing is lost, 1 where something \
            is or may be, 3 where it cannot be told. With the host's journal it reads the ring in \
            \(JournalOptions.defaultStateDirectory), with any other the one that is named. Without a ring nothing says where \
            the trail ends: --expect names a record that has to be there, as 'doe-audit status' showed it.

            Times: every one that is printed, and those of 'journalctl --since'; local without a zone. See docs/times.md.
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

    @Option(
        help: ArgumentHelp(
            "A record that has to be there, the anchor of an earlier 'doe-audit status' (--verify); may be repeated.",
            valueName: "INSTANCE:NUMBER:DIGEST"))
    var expect: [String] = []

    @Flag(help: "Take a trail as whole of which nothing says where it ends (--verify): exit status 0 in place of 3.")
    var acceptUnanchored = false

    @OptionGroup var journal: JournalOptions

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        guard verify || (stateDirectory == nil && deviceLog == nil && expect.isEmpty && !acceptUnanchored) else {
            throw ValidationError(
                "--state-directory, --device-log, --expect and --accept-unanchored belong to --verify")
        }
        for text in expect where RecordAnchor(text) == nil {
            throw ValidationError(
                "--expect '\(text.printable)' is no record: INSTANCE:NUMBER:DIGEST, as 'doe-audit status' shows the anchor"
            )
        }
        guard !verify || journal.until == nil else {
            throw ValidationError("--verify checks up to now: leave --until away")
        }
    }

    func run() throws {
        if verify { return try check() }
        let asked = try journal.asked()
        let report = try ReportBuilder.report(
            on: journal.source, since: asked.since?.microseconds, until: asked.until?.microseconds)
        Terminal.say(
            json ? try ReportJSON.render(report) : ReportText.render(report, colored: Terminal.hasColour))
        switch report.trail {
        // A check that never sees a record must not be green for ever.
        case .whole where report.records == 0: throw DoneAs.impossible
        case .whole where report.hasLostTaint: throw DoneAs.no
        case .whole: break
        case .notWhole: throw DoneAs.no
        case .unknown: throw DoneAs.impossible
        }
    }

    private func check() throws {
        let ownRing = journal.isHostsOwn ? JournalOptions.defaultStateDirectory : nil
        let check = try TrailVerifier.verify(
            journal.source, stateDirectory: stateDirectory ?? ownRing, since: try journal.asked().since?.microseconds,
            deviceLog: try deviceLog.map { try DeviceLog(path: $0) }, expected: expect.compactMap { RecordAnchor($0) })
        Terminal.say(
            json ? try ReportJSON.render(check) : VerificationText.render(check, colored: Terminal.hasColour))
        switch check.outcome {
        case .whole: break
        case .unanchored where acceptUnanchored: break
        case .unanchored, .unknown: throw DoneAs.impossible
        case .accounted, .broken: throw DoneAs.no
        }
    }
}
