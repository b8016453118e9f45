/// Where a value comes from.
public enum ConfigurationSource: Hashable, Sendable {
    /// Nobody has set it.
    case standard
    /// A line of a file, from 1.
    case file(String, line: Int)
    /// An option of the daemon.
    case commandLine
}

extension ConfigurationSource {
    /// How an error begins that is about a key's value: `/etc/doe-audit/doe-auditd.toml:3: frame-timeout` or
    /// `--frame-timeout`.
    func subject(_ key: String) -> String {
        switch self {
        case .standard: key
        case .file(let path, let line): "\(path):\(line): \(key)"
        case .commandLine: "--\(key)"
        }
    }
}
