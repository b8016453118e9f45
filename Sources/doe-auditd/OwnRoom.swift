internal import DOEConfiguration
internal import DOEControl
internal import DOELinux

/// Where this process goes before its first thread, however it was started: whoever takes it over by a client's byte can do
/// what it can do there, and no more.
///
/// Started as root it becomes the service's user; started by a service manager as that user it gives up the rest. An
/// ordinary user's daemon, which is for trying things out, has its user's files, and its calls are filtered.
struct OwnRoom {
    private let options: Configuration

    /// Read beside the directories of rules: what the daemon reads of the system. Who may read it is for its modes to say.
    private static let system = [
        "/proc", "/sys", "/etc", "/usr", "/lib", "/lib64", "/boot", "/run/systemd", "/dev/null",
    ]
    /// A journal can come to lie on the disk while the daemon runs.
    private static let journals = ["/var/log", "/var/log/journal", "/run/log", "/run/log/journal"]
    /// To show the control socket to, and to read the journal with.
    private static let groups = ["doe-audit", "systemd-journal"]

    init(_ options: Configuration) { self.options = options }

    /// Goes in. Returns what this kernel cannot restrict, and what is wrong for as long as the process lives.
    func enter(hasBroker: Bool) throws(LinuxError) -> (shortcomings: [String], troubles: [String]) {
        var shortcomings: [String] = []
        if AccountDatabase.effectiveUserID == 0 {
            let user = try user()
            for place in ownPlaces { try place.give(to: user) }
            let places = fileAccess
            try Privileges.giveUp(becoming: user)
            shortcomings = try places.restrict()
        } else if hasBroker {
            let places = fileAccess
            try Privileges.giveUpRest()
            shortcomings = try places.restrict()
        }
        let filter: SystemCallFilter = hasBroker ? .daemon(tcp: options.usesTCP) : .superfluous
        var troubles = [DOEAuditDaemon.apply(filter)].compactMap(\.self)
        guard hasBroker else { return (shortcomings, troubles) }
        // Half a wall is missing then, and not a stone of it.
        if !FileAccess.isThere { troubles += shortcomings }
        // An ordinary user's daemon learns of clients what that user may.
        troubles += [HiddenProcesses.trouble()].compactMap(\.self)
        return (shortcomings, troubles)
    }

    private func user() throws(LinuxError) -> SystemUser {
        try .chosen(
            options.user, inGroups: Self.groups, to: "become",
            remedy: "make it with systemd-sysusers, as the installation does, or name another one: --user NAME")
    }

    /// The daemon's files, as far as root makes them or a daemon that was root has left them.
    private var ownPlaces: [HandOver] {
        let isHosts = options.runtimeDirectory == ControlInterface.defaultRuntimeDirectory
        return [
            HandOver(
                options.stateDirectory, mode: 0o700, .own, names: ["ring", "taint", "leases"],
                neighbours: ["lost+found"]),
            // Beside the host's own sockets lie rules that are root's.
            HandOver(
                options.runtimeDirectory, mode: 0o755, isHosts ? .shared : .own,
                names: ["mailbox", "control", "tainted", "ring-shadow", "ledger-mark", "witness-sight"],
                sockets: "mailbox",
                neighbours: isHosts ? ["rules.d", ConfigurationFiles.name, "\(ConfigurationFiles.name).d"] : []),
        ]
    }

    private var fileAccess: FileAccess {
        let read = Self.system + Self.journals + [options.sysfsRoot, ControlInterface.defaultRuntimeDirectory]
        // Rules and the journal's files come and go while the daemon runs.
        let around = DropInDirectories.rules.paths + [options.rules, options.journalDirectory].compactMap(\.self)
        let isAbstract = Environment.value("NOTIFY_SOCKET")?.hasPrefix("@") == true
        return FileAccess(
            [.keeping(options.runtimeDirectory), .keeping(options.stateDirectory)] + read.map(FileAccess.Rule.reading)
                + around.flatMap(FileAccess.Rule.readingAround),
            tcp: options.usesTCP, abstractSockets: isAbstract)
    }
}
