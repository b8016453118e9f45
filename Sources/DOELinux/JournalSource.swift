internal import DOEWords

/// Which journal to read.
public enum JournalSource: Hashable, Sendable, CustomStringConvertible {
    /// This host's own.
    case host
    /// A namespace of this host's journald (LogNamespace= in systemd.exec(5)).
    case namespace(String)
    /// The journal files in a directory.
    case directory(String)

    /// For messages: `the host's journal`, `the journal namespace x`, `the journal in /x`.
    public var description: String {
        switch self {
        case .host: "the host's journal"
        case .namespace(let name): "the journal namespace \(name)"
        case .directory(let path): "the journal in \(path)"
        }
    }
}

extension JournalSource {
    /// The directories that libsystemd looks into, `sd_journal_open(3)`. `names` is what there is in the one that was
    /// named, where one was.
    func directories(names: [String]) -> [String] {
        let machines = HostMachine.id.map { [$0] } ?? []
        switch self {
        case .host:
            return Self.roots.flatMap { root in [root] + machines.map { "\(root)/\($0)" } }
        case .namespace(let name):
            return Self.roots.flatMap { root in machines.map { "\(root)/\($0).\(name)" } }
        case .directory(let path):
            return [path] + names.filter(\.isMachineID).sorted().map { "\(path)/\($0)" }
        }
    }

    private static let roots = ["/var/log/journal", "/run/log/journal"]
}

extension String {
    /// Whether a file of this name is one of a journal, as journald or libsystemd has it.
    var isJournalFile: Bool { hasSuffix(".journal") || hasSuffix(".journal~") }

    /// Whether it is one that journald writes to: those that it is done with have an `@` in their names.
    var isJournalInUse: Bool { hasSuffix(".journal") && !utf8.contains(UInt8(ascii: "@")) }

    /// Whether it is a machine's id, which is the name of the directory of its journal.
    fileprivate var isMachineID: Bool {
        utf8.count == 32 && utf8.allSatisfy(\.isLowercaseHexDigit)
    }
}
