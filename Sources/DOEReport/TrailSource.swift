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

    /// Where to look where it has no record; a sentence. Whether the daemon runs matters only to a journal of this host.
    var adviceWhereEmpty: String {
        switch self {
        case .journal(.host), .journal(.namespace):
            "Is doe-auditd running ('doe-audit status'), and may you read this journal (group systemd-journal)?"
        case .journal(.directory): "Is it the journal of a host with doe-auditd, and may you read all of it?"
        case .exportFile: "Write it anew: 'journalctl -t doe-auditd -o export'."
        }
    }
}
