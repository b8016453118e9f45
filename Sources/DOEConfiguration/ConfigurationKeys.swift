internal import DOEControl
public import DOEWords

/// Every key, once: a line here, and the daemon's option of the same name in `DaemonOptions`. The files, `config
/// show`, the page for administrators and the example come from this table, or are tested against it.
public struct ConfigurationKeys: Sendable {
    /// The table.
    public init() {}

    /// Whether mailboxes are served.
    public let proxy = ConfigurationKey.boolean(
        "proxy", default: true,
        help:
            "Serve the mailboxes. Without it doe-audit is witness only: no mailbox socket exists, no device is written to."
    )

    /// Whether the witness looks.
    public let witness = ConfigurationKey<WitnessSetting>.word(
        "witness", default: .auto, valueName: "WORD",
        help:
            "Whether to see what goes past the proxy, through probes in the kernel: auto, wherever the kernel can; off."
    )

    /// Simulated mailboxes.
    public let simulate = ConfigurationKey.text(
        "simulate", valueName: "LIST",
        help:
            "Serve simulated mailboxes in place of the host's own: cxl, vendor, vendor*16 for so many, spdm=ADDRESS:PORT "
            + "(an SPDM socket for its SPDM objects), several with commas.")

    /// Mailboxes that are served over TCP too.
    public let tcp = ConfigurationKey.texts(
        "tcp", valueName: "MAILBOX=127.0.0.1:PORT",
        help: "Serve a mailbox over TCP too, on this host only: sim:cxl=127.0.0.1:2323. May be given for several.")

    /// Mailboxes behind SPDM sockets.
    public let remote = ConfigurationKey.texts(
        "remote", valueName: "NAME=ADDRESS:PORT",
        help: "Serve a mailbox that is behind an SPDM socket, at an address or a path, as remote:NAME: "
            + "emulator=127.0.0.1:2323. May be given for several.")

    /// How long such a peer may take.
    public let peerTimeout = ConfigurationKey.integer(
        "peer-timeout", default: 1, in: 1...60, valueName: "SECONDS",
        help: "How long what is behind an SPDM socket (remote, simulate spdm=) may take over an answer. "
            + "Its clients wait.")

    /// How long the owner of a mailbox's SPDM may be silent.
    public let spdmIdle = ConfigurationKey.integer(
        "spdm-idle", default: 600, in: 1...86_400, valueName: "SECONDS",
        help: "After so long without an SPDM object from the client that sent GET_VERSION another one may send it.")

    /// What kind of host this is.
    public let mode = ConfigurationKey<Mode>.word(
        "mode", default: .production, valueName: "MODE",
        help: "What kind of host this is. bring-up holds only where the kernel command line has "
            + "doe_audit.mode=bring-up too, and the kernel is not locked down.")

    /// As whom the daemon runs.
    public let user = ConfigurationKey.text(
        "user", default: "doe-auditd", valueName: "NAME",
        help: "Become this user (a name, or a number) at the start, where it is root that starts the daemon: it keeps "
            + "no right of root's.")

    /// Where the broker is.
    public let brokerSocket = ConfigurationKey.text(
        "broker-socket", valueName: "PATH",
        help: "Have the broker that listens here open what takes rights, as in the service; without it root's daemon "
            + "starts one of its own.")

    /// Where sysfs is.
    public let sysfsRoot = ConfigurationKey.text(
        "sysfs-root", default: "/sys", valueName: "DIR", help: "Where sysfs is mounted.")

    /// Where rules are.
    public let rules = ConfigurationKey.text(
        "rules", valueName: "DIR", help: "Read rules from here only, in place of the standard directories.")

    /// Where sockets are.
    public let runtimeDirectory = ConfigurationKey.text(
        "runtime-directory", default: ControlInterface.defaultRuntimeDirectory, valueName: "DIR",
        help: "Where sockets, the taint mask and the ring's shadow live. It has to be in memory.")

    /// Where the ring and the ledger are.
    public let stateDirectory = ConfigurationKey.text(
        "state-directory", default: "/var/lib/doe-audit", valueName: "DIR",
        help: "Where the ring and the taint ledger live.")

    /// How large a new ring is.
    public let ringSlots = ConfigurationKey.integer(
        "ring-slots", default: 4096, in: 8...65_536, valueName: "COUNT",
        help: "How many records a new ring holds, 16 KiB each; one that is there keeps its size.")

    /// How much of the ring one user may take.
    public let ringShare = ConfigurationKey.integer(
        "ring-share", default: 25, in: 1...100, valueName: "PERCENT",
        help: "How much of the ring the records of one person or service may take that the journal does not hold yet.")

    /// Where records go.
    public let journalSocket = ConfigurationKey.text(
        "journal-socket", default: "/run/systemd/journal/socket", valueName: "PATH", help: "journald's native socket.")

    /// Where records are read back.
    public let journalDirectory = ConfigurationKey.text(
        "journal-directory", valueName: "DIR",
        help: "Where journald keeps its files, to read records back; the host's own journal unless given.")

    /// How long half a frame is waited for.
    public let frameTimeout = ConfigurationKey.integer(
        "frame-timeout", default: 10, in: 1...3600, valueName: "SECONDS",
        help: "Refuse a client that leaves half a frame for so long, and end one that does not take an answer.")

    /// How much a user may send.
    public let rate = ConfigurationKey.integer(
        "rate", default: 1000, in: 1...100_000, valueName: "NUMBER",
        help:
            "Slow a user down to so many frames and connections a second; refuse what is sent ahead; root 8 times as many."
    )

    /// How much of it at once.
    public let burst = ConfigurationKey.integer(
        "burst", default: 5000, in: 1...100_000, valueName: "NUMBER",
        help: "So many of them may come at once; root's 8 times as many.")

    /// How many exchanges at a time.
    public let openExchanges = ConfigurationKey.integer(
        "open-exchanges", default: 16, in: 1...10_000, valueName: "NUMBER",
        help: "Refuse a user further exchanges while so many are open; root 8 times as many.")

    /// How large a request.
    public let requestSize = ConfigurationKey.integer(
        "request-size", default: 131_072, in: 8...1_048_576, valueName: "BYTES",
        help: "Refuse requests that are larger; root's may be 8 times as large, and nobody's larger than 1 MiB.")

    /// How many connections at a time.
    public let connectionsPerUser = ConfigurationKey.integer(
        "connections-per-user", default: 32, in: 1...1_000, valueName: "NUMBER",
        help: "Refuse a user further connections while so many are in use; root 8 times as many.")

    /// How many of all users but root together.
    public let connectionsOfUsers = ConfigurationKey.integer(
        "connections-of-users", default: 256, in: 1...2_000, valueName: "NUMBER",
        help: "While all users but root have so many in use, refuse whoever has one already.")

    /// How long a client may ask for nothing.
    public let firstRequest = ConfigurationKey.integer(
        "first-request", default: 30, in: 1...31_536_000, valueName: "SECONDS",
        help: "End a connection to a Unix socket that has asked for nothing for so long.")

    /// How long a connection may rest.
    public let connectionIdle = ConfigurationKey.integer(
        "connection-idle", default: 604_800, in: 1...31_536_000, valueName: "SECONDS",
        help: "End a connection that rests for so long and has no SPDM session, be there room for others or not.")

    /// Whether refusals are enforced.
    public let permissive = ConfigurationKey.boolean(
        "permissive",
        help: "Let pass, with a warning and the taint P, what the rules refuse; never compliance. To try rules out.")

    /// Whether the kernel is tainted too.
    public let kernelTaint = ConfigurationKey.boolean(
        "kernel-taint",
        help:
            "Set the kernel's own taint, U, at the first taint of a device. A host with panic_on_taint=0x40 panics.")
}

extension ConfigurationKeys {
    /// What is known of each key, in the order of the table.
    public static let all: [KeyDefinition] = definitions(in: ConfigurationKeys())

    /// Each stored property that is a key.
    static func definitions(in table: some Sendable) -> [KeyDefinition] {
        Mirror(reflecting: table).children.compactMap { ($0.value as? any DefinedKey)?.definition }
    }
}

/// A key of any type.
private protocol DefinedKey {
    var definition: KeyDefinition { get }
}

extension ConfigurationKey: DefinedKey {}
