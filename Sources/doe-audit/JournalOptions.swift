internal import ArgumentParser
internal import DOELinux
internal import DOEReport
internal import DOEWords

/// Whose journal, and from when to when.
struct JournalOptions: ParsableArguments {
    /// Where the host's own daemon keeps its ring.
    static let defaultStateDirectory = "/var/lib/doe-audit"

    @Option(help: ArgumentHelp("Read the journal files in this directory.", valueName: "DIR"))
    var directory: String?

    @Option(help: ArgumentHelp("Read this namespace of journald.", valueName: "NAME"))
    var namespace: String?

    @Option(help: ArgumentHelp("Read a file that 'journalctl -o export' has written.", valueName: "FILE"))
    var file: String?

    @Option(help: ArgumentHelp("Records of a daemon with this --user count too.", valueName: "NAME"))
    var writer: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Nothing before this: -7d, a date; see 'help report'.", valueName: "TIME"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Nothing after this.", valueName: "TIME"))
    var until: String?

    mutating func validate() throws {
        guard [directory, namespace, file].compactMap(\.self).count <= 1 else {
            throw ValidationError("--directory, --namespace and --file exclude each other")
        }
        // What is asked of a trail may take a second reading.
        guard file != "-" else {
            throw ValidationError("--file cannot read standard input, which can be read once: write it into a file")
        }
        guard let writer else { return }
        guard let uid = try UInt32(writer) ?? AccountDatabase.user(named: writer) else {
            throw ValidationError("--writer: this host has no user \(writer.printable); write a number")
        }
        EntryWriter.believe(uid)
    }

    /// The host's own journal; its ring belongs to it, and to no other one.
    var isHostsOwn: Bool { [directory, namespace, file].allSatisfy { $0 == nil } }

    /// Whether anything was said of it.
    var isGiven: Bool { !isHostsOwn || since != nil || until != nil }

    var source: TrailSource {
        if let file { return .exportFile(file) }
        if let directory { return .journal(.directory(directory)) }
        return .journal(namespace.map(JournalSource.namespace) ?? .host)
    }

    /// From when to when, by one look at the clock.
    func asked() throws -> AskedTime {
        let now = Clocks.realtimeMicroseconds
        let asked = AskedTime(
            since: try moments("--since", since, now)?.lowerBound, until: try moments("--until", until, now)?.upperBound
        )
        guard asked.isPossible else {
            throw WrongUse("--until lies before --since: no time lies \(asked.words ?? "there")", "exchange them")
        }
        return asked
    }

    private func moments(_ option: String, _ text: String?, _ now: UInt64) throws -> ClosedRange<UInt64>? {
        guard let text else { return nil }
        guard let moments = PointInTime.parse(text, now: now) else {
            throw WrongUse("\(option) '\(text.printable)' is no time", "write one of \(PointInTime.forms)")
        }
        return moments
    }
}
