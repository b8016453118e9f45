public import DOELinux

/// Where records are read from.
public enum TrailSource: Hashable, Sendable, CustomStringConvertible {
    /// A journal, through libsystemd.
    case journal(JournalSource)
    /// A file in the Journal Export Format (`journalctl -o export`).
    case exportFile(String)

    /// For messages: `the host's journal`, `the file x.export`.
    public var description: String {
        switch self {
        case .journal(let source): "\(source)"
        case .exportFile(let path): "the file \(path)"
        }
    }
}
