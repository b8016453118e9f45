internal import CLinux
internal import Glibc
internal import SystemPackage

/// Which files this process can open from now on, whoever it runs as: those that a rule names, and no other (Landlock,
/// landlock(7)). What is open already is not touched, nor what is done with it.
///
/// The kernel's version of Landlock says how much that is. Linux 6.1 knows nothing of truncating, TCP, devices and
/// signals; what could not be had is told in sentences, for who asks how the process stands. Where there is no
/// Landlock at all, that is one of these sentences too: who opens is then judged by the modes of files alone.
public struct FileAccess: Sendable {
    /// A place, and what may be done there and below.
    public struct Rule: Hashable, Sendable {
        let path: String
        let rights: FileRights
        let mayBeMissing: Bool

        /// Its files are read and its directories listed. What is not there is not read either.
        public static func reading(_ path: String) -> Self {
            Self(path: path, rights: .reading, mayBeMissing: true)
        }

        /// Files and sockets are made, written, moved and removed there. It has to be there.
        public static func keeping(_ path: String) -> Self {
            Self(path: path, rights: .keeping, mayBeMissing: false)
        }

        /// Files that are there are opened for writing, and none is made.
        public static func writing(_ path: String) -> Self {
            Self(path: path, rights: .writing, mayBeMissing: true)
        }
    }

    private let rules: [Rule]
    private let tcp: Bool
    private let abstractSockets: Bool

    /// - Parameters:
    ///   - rules: what may be opened.
    ///   - tcp: whether ports may be listened at, and connected to.
    ///   - abstractSockets: whether other processes' sockets without a file may be connected to.
    public init(_ rules: [Rule], tcp: Bool, abstractSockets: Bool = false) {
        self.rules = rules
        self.tcp = tcp
        self.abstractSockets = abstractSockets
    }

    /// Puts it into force, for good. Returns what this kernel cannot restrict.
    ///
    /// Only the calling thread and those that it starts are held by it, so it has to be the only one.
    public func restrict() throws(LinuxError) -> [String] {
        let version = clinux_landlock_version()
        guard version > 0 else {
            guard errno == ENOSYS || errno == EOPNOTSUPP else { throw .last("landlock_create_ruleset", "its version") }
            return [Self.absence(errno)]
        }
        try OwnThread.demandToBeAlone(for: "Landlock")
        let known = FileRights.known(toVersion: version)
        let number = clinux_landlock_create(
            known.rawValue, version >= 4 && !tcp ? Self.tcpRights : 0,
            version >= 6 ? Self.signals | (abstractSockets ? 0 : Self.abstractSocketScope) : 0)
        guard number >= 0 else { throw .last("landlock_create_ruleset", "rules of version \(version)") }
        let set = Descriptor(owning: number)
        for rule in rules { try add(rule, known, to: set) }
        guard ProcessControl.setNoNewPrivileges.ask(1) == 0 else { throw .last("prctl", "no_new_privs") }
        guard clinux_landlock_restrict(set.number) == 0 else { throw .last("landlock_restrict_self", "this process") }
        return Self.shortcomings(ofVersion: version, tcp: tcp)
    }

    private func add(_ rule: Rule, _ known: FileRights, to set: Descriptor) throws(LinuxError) {
        let opened = unsafe open(rule.path, Self.placeAlone | O_CLOEXEC)
        guard opened >= 0 else {
            // What lies behind a folder that is closed to this user cannot be read by it either.
            guard rule.mayBeMissing, [ENOENT, ENOTDIR, EACCES].contains(errno) else { throw .last("open", rule.path) }
            return
        }
        let place = Descriptor(owning: opened)
        var found = stat()
        guard unsafe fstat(opened, &found) == 0 else { throw .last("fstat", rule.path) }
        var rights = rule.rights.intersection(known)
        if found.st_mode & S_IFMT != S_IFDIR { rights.formIntersection(.ofFiles) }
        guard clinux_landlock_allow(set.number, rights.rawValue, place.number) == 0 else {
            throw .last("landlock_add_rule", rule.path)
        }
    }

    /// O_PATH: nothing is asked of the file, nor read.
    private static let placeAlone: Int32 = 0o10000000

    /// LANDLOCK_ACCESS_NET_BIND_TCP and CONNECT_TCP.
    private static let tcpRights: UInt64 = 3
    /// LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and LANDLOCK_SCOPE_SIGNAL.
    private static let abstractSocketScope: UInt64 = 1
    private static let signals: UInt64 = 2
}

extension FileAccess {
    /// Whether the running kernel has Landlock, and it is switched on.
    public static var isThere: Bool { clinux_landlock_version() > 0 }

    /// What the running kernel cannot restrict, whatever the rules are.
    public static func shortcomings(tcp: Bool) -> [String] {
        let version = clinux_landlock_version()
        return version > 0 ? shortcomings(ofVersion: version, tcp: tcp) : [absence(errno)]
    }

    /// What a kernel without Landlock lacks.
    static func absence(_ error: Int32) -> String {
        let why =
            error == ENOSYS
            ? "this kernel has no Landlock" : "Landlock is switched off on this kernel (lsm= on its command line)"
        return "\(why): which files the daemon can open is held by their modes alone"
    }

    /// What a kernel with this version of Landlock does not restrict.
    static func shortcomings(ofVersion version: Int32, tcp: Bool) -> [String] {
        let since: [(version: Int32, what: String?)] = [
            (3, "truncating files"), (4, tcp ? nil : "TCP"), (5, "ioctl on devices"),
            (6, "signals and abstract sockets"),
        ]
        let missing = since.filter { version < $0.version }.compactMap { $0.what }
        guard !missing.isEmpty else { return [] }
        return ["this kernel's Landlock (version \(version)) does not restrict: \(missing.joined(separator: ", "))"]
    }
}
