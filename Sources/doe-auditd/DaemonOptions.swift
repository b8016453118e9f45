internal import ArgumentParser
internal import DOEAuditTrail
internal import DOEControl
internal import DOELinux
internal import DOEMailbox
internal import DOEProxy
internal import DOEWords

/// The daemon's options. A production host needs none.
struct DaemonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve simulated mailboxes in place of the host's own: cxl, vendor, spdm=ADDRESS:PORT (its SPDM objects are "
                + "answered by the SPDM socket there), several with commas.",
            valueName: "LIST"))
    var simulate: String?

    @Option(
        help: ArgumentHelp(
            "Serve a mailbox over TCP too, on this host only: sim:cxl=127.0.0.1:2323. May be given for several.",
            valueName: "MAILBOX=127.0.0.1:PORT"))
    var tcp: [String] = []

    @Option(
        help: ArgumentHelp(
            "Serve a mailbox that is behind an SPDM socket, at an address or a path, as remote:NAME: "
                + "emulator=127.0.0.1:2323. May be given for several.",
            valueName: "NAME=ADDRESS:PORT"))
    var remote: [String] = []

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

    @Flag(
        help: ArgumentHelp(
            "Set the kernel's own taint, U, at the first taint of a device. A host with panic_on_taint=0x40 panics."))
    var kernelTaint = false

    mutating func validate() throws {
        guard (1...3600).contains(frameTimeout) else {
            throw ValidationError("--frame-timeout takes 1 to 3600 seconds, not \(frameTimeout)")
        }
        do {
            _ = try (tcpDoors, remotePlaces)
        } catch let error as any ExplainedError {
            throw ValidationError(error.description)
        }
    }
}

extension DaemonOptions {
    /// The mailboxes behind SPDM sockets.
    var remotePlaces: [RemotePlace] {
        get throws(RemotePlace.Problem) { try RemotePlace.places(remote) }
    }

    /// The mailboxes that are served over TCP too.
    var tcpDoors: [TCPDoor] {
        get throws(ProxyError) { try TCPDoor.doors(tcp) }
    }

    /// Where records go, and where they are read back from.
    var journal: JournalEndpoint {
        JournalEndpoint(socket: journalSocket, source: journalDirectory.map(JournalSource.directory) ?? .host)
    }
}
