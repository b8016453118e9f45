internal import ArgumentParser
internal import DOELinux
internal import DOEReport

/// Which records.
struct TrailOptions: ParsableArguments {
    private static let defaultStateDirectory = "/var/lib/doe-audit"

    @Option(help: ArgumentHelp("Read the journal files in this directory.", valueName: "DIR"))
    var directory: String?

    @Option(help: ArgumentHelp("Read this namespace of journald.", valueName: "NAME"))
    var namespace: String?

    @Option(help: ArgumentHelp("Read a file in Journal Export Format (journalctl -o export).", valueName: "FILE"))
    var file: String?

    @Option(help: ArgumentHelp("Read records that still wait in the daemon's ring here.", valueName: "DIR"))
    var stateDirectory: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Nothing before this, as in 'report'.", valueName: "TIME"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Nothing after this.", valueName: "TIME"))
    var until: String?

    mutating func validate() throws {
        guard [directory, namespace, file].compactMap(\.self).count <= 1 else {
            throw ValidationError("--directory, --namespace and --file exclude each other")
        }
    }

    /// Whether anything was said of records.
    var isGiven: Bool { [directory, namespace, file, stateDirectory, since, until].contains { $0 != nil } }

    func reader() throws -> RecordReader {
        RecordReader(source, ring: ring, since: try point("--since", since), until: try point("--until", until))
    }

    private var source: TrailSource {
        if let file { return .exportFile(file) }
        if let directory { return .journal(.directory(directory)) }
        return .journal(namespace.map(JournalSource.namespace) ?? .host)
    }

    /// The host's own ring belongs to the host's own journal.
    private var ring: RecordReader.RingPlace {
        if let stateDirectory { return .required(stateDirectory: stateDirectory) }
        let isHostsOwn = [directory, namespace, file].allSatisfy { $0 == nil }
        return isHostsOwn ? .ifReadable(stateDirectory: Self.defaultStateDirectory) : .notRead
    }

    private func point(_ option: String, _ text: String?) throws -> UInt64? {
        guard let text else { return nil }
        guard let point = PointInTime.parse(text, now: Clocks.realtimeMicroseconds) else {
            throw WrongUse("\(option) '\(text)' is no time", "write one of \(PointInTime.forms)")
        }
        return point
    }
}
