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
