internal import ArgumentParser
internal import DOELinux
internal import DOEReport

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

    /// Microseconds since 1970; `nil` for no bound.
    func begin() throws -> UInt64? { try point("--since", since) }

    /// The same of the end.
    func end() throws -> UInt64? { try point("--until", until) }

    private func point(_ option: String, _ text: String?) throws -> UInt64? {
        guard let text else { return nil }
        guard let point = PointInTime.parse(text, now: Clocks.realtimeMicroseconds) else {
            throw WrongUse("\(option) '\(text)' is no time", "write one of \(PointInTime.forms)")
        }
        return point
    }
}
