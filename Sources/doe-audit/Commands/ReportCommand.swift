internal import ArgumentParser
internal import DOELinux
internal import DOEReport
internal import DOEWords

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What talked to the mailboxes, and was it allowed? Read from the journal.",
        discussion: """
            Works without the daemon. Exit status 1 where the trail has a gap or a record that was changed.

            --verify checks journal and ring against each other: exit status 0 only if nothing is lost. With the \
            host's journal it reads the ring in \(defaultStateDirectory), with any other the one that is named.

            Times: \(PointInTime.forms).
            """)

    private static let defaultStateDirectory = "/var/lib/doe-audit"

    @Flag(help: "Check that no record is lost: read the ring too, and count.")
    var verify = false

    @Option(help: ArgumentHelp("Where the daemon's ring lies, for --verify.", valueName: "DIR"))
    var stateDirectory: String?

    @Option(
        help: ArgumentHelp(
            "SHA-256 of each request that was executed at the device, one a line: each must have a record (--verify).",
            valueName: "FILE"))
    var deviceLog: String?

    @Option(help: ArgumentHelp("Read the journal files in this directory.", valueName: "DIR"))
    var directory: String?

    @Option(help: ArgumentHelp("Read this namespace of journald.", valueName: "NAME"))
    var namespace: String?

    @Option(help: ArgumentHelp("Read a file in Journal Export Format (journalctl -o export).", valueName: "FILE"))
    var file: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Nothing before this.", valueName: "TIME"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Nothing after this.", valueName: "TIME"))
    var until: String?

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        guard [directory, namespace, file].compactMap(\.self).count <= 1 else {
            throw ValidationError("--directory, --namespace and --file exclude each other")
        }
        guard verify || (stateDirectory == nil && deviceLog == nil) else {
            throw ValidationError("--state-directory and --device-log belong to --verify")
        }
        guard !verify || until == nil else { throw ValidationError("--verify checks up to now: leave --until away") }
    }

    func run() throws {
        if verify { return try check() }
        let report = try ReportBuilder.report(
            on: source, since: try point("--since", since), until: try point("--until", until))
        Terminal.say(
            json ? try ReportJSON.render(report) : ReportText.render(report, colored: Terminal.hasColour))
        if !report.isWhole { throw DoneAs.no }
    }

    private func check() throws {
        let isHostsOwn = directory == nil && namespace == nil && file == nil
        let check = try TrailVerifier.verify(
            source, stateDirectory: stateDirectory ?? (isHostsOwn ? Self.defaultStateDirectory : nil),
            since: try point("--since", since), deviceLog: try deviceLog.map { try DeviceLog(path: $0) })
        Terminal.say(
            json ? try ReportJSON.render(check) : VerificationText.render(check, colored: Terminal.hasColour))
        if check.outcome != .whole { throw DoneAs.no }
    }

    private var source: TrailSource {
        if let file { return .exportFile(file) }
        if let directory { return .journal(.directory(directory)) }
        return .journal(namespace.map(JournalSource.namespace) ?? .host)
    }

    private func point(_ option: String, _ text: String?) throws -> UInt64? {
        guard let text else { return nil }
        guard let point = PointInTime.parse(text, now: Clocks.realtimeMicroseconds) else {
            throw WrongUse("\(option) '\(text)' is no time", "write one of \(PointInTime.forms)")
        }
        return point
    }
}
