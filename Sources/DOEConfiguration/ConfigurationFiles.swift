internal import DOELinux

/// Where the daemon's configuration files stand.
public struct ConfigurationFiles: Sendable {
    private let main: DropInDirectories
    private let dropIns: DropInDirectories

    /// The main file's name. Drop-ins stand in the folder of that name with `.d`.
    public static let name = "doe-auditd.toml"

    private init(in paths: [String], mustExist: Bool, owners: Set<UInt32>) {
        main = DropInDirectories(paths: paths, selection: .name(Self.name), mustExist: mustExist, owners: owners)
        dropIns = DropInDirectories(
            paths: paths.map { "\($0)/\(Self.name).d" }, selection: .suffix(".toml"), mustExist: false, owners: owners)
    }

    /// The host's own: /etc masks /run, which masks /usr/lib. All of it is root's.
    public static let host = ConfigurationFiles(
        in: ["/etc/doe-audit", "/run/doe-audit", "/usr/lib/doe-audit"], mustExist: false, owners: [0])

    /// Those in a directory that was named by hand; they may also belong to whoever runs this.
    public init(in directory: String) {
        self.init(in: [directory], mustExist: true, owners: [0, Privileges.trustedUser])
    }

    /// The files in the order in which they are read: what comes later wins.
    func read() throws(DropInError) -> [DropInFile] { try main.read() + dropIns.read() }

    /// Files beside them that look as if they were meant.
    func passedOver() -> [PassedOverFile] { main.passedOver() + dropIns.passedOver() }
}
