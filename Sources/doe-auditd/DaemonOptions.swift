internal import ArgumentParser
internal import DOEAuditTrail
internal import DOEControl
internal import DOELinux
internal import DOEProxy

/// The daemon's options. A production host needs none.
struct DaemonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve simulated mailboxes in place of the host's own: cxl, vendor, or both with a comma.",
            valueName: "LIST"))
    var simulate: String?

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    @Option(help: ArgumentHelp("Read rules from here only, in place of the standard directories.", valueName: "DIR"))
    var rules: String?

    @Option(help: ArgumentHelp("Where sockets and the taint mask live.", valueName: "DIR"))
    var runtimeDirectory = ControlInterface.defaultRuntimeDirectory

    @Option(help: ArgumentHelp("Where the ring and the taint ledger live.", valueName: "DIR"))
    var stateDirectory = "/var/lib/doe-audit"

    @Option(help: ArgumentHelp("journald's native socket.", valueName: "PATH"))
    var journalSocket = "/run/systemd/journal/socket"

    @Option(
        help: ArgumentHelp(
            "Where journald keeps its files, to read records back; the host's own journal unless given.",
            valueName: "DIR"))
    var journalDirectory: String?

    @Option(help: ArgumentHelp("Refuse a client that leaves half a frame for so long.", valueName: "SECONDS"))
    var frameTimeout = 10

    @Option(
        help: ArgumentHelp(
            "Refuse what a user sends beyond so many frames a second; root may send 8 times as many.",
            valueName: "NUMBER"))
    var rate = ClientLimits().rate

    @Option(help: ArgumentHelp("So many of them may come at once, root's 8 times as many.", valueName: "NUMBER"))
    var burst = ClientLimits().burst

    @Option(
        help: ArgumentHelp(
            "Refuse a user further exchanges while so many are open, root's 8 times.", valueName: "NUMBER"))
    var openExchanges = ClientLimits().openExchanges

    @Option(help: ArgumentHelp("Refuse requests that are larger, root's 8 times.", valueName: "BYTES"))
    var requestSize = ClientLimits().requestBytes

    @Option(help: ArgumentHelp("Refuse a user further connections, root's 8 times.", valueName: "NUMBER"))
    var connectionsPerUser = ClientLimits().connections

    @Option(help: ArgumentHelp("Refuse further connections of all users but root together.", valueName: "NUMBER"))
    var connectionsOfUsers = ClientLimits().connectionsOfAll

    mutating func validate() throws {
        for (option, value, range) in numbers where !range.contains(value) {
            throw ValidationError("\(option) takes \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        guard (1...3600).contains(frameTimeout) else {
            throw ValidationError("--frame-timeout takes 1 to 3600 seconds, not \(frameTimeout)")
        }
    }
}

extension DaemonOptions {
    private var numbers: [(option: String, value: Int, range: ClosedRange<Int>)] {
        [
            ("--rate", rate, 1...100_000), ("--burst", burst, 1...100_000),
            ("--open-exchanges", openExchanges, 1...10_000), ("--request-size", requestSize, 8...1_048_576),
            ("--connections-per-user", connectionsPerUser, 1...1_000),
            ("--connections-of-users", connectionsOfUsers, 1...2_000),
        ]
    }

    /// What each client may take.
    var clientLimits: ClientLimits {
        var limits = ClientLimits()
        limits.rate = rate
        limits.burst = burst
        limits.openExchanges = openExchanges
        limits.requestBytes = requestSize
        limits.connections = connectionsPerUser
        limits.connectionsOfAll = connectionsOfUsers
        return limits
    }

    /// Where records go, and where they are read back from.
    var journal: JournalEndpoint {
        JournalEndpoint(socket: journalSocket, source: journalDirectory.map(JournalSource.directory) ?? .host)
    }
}
