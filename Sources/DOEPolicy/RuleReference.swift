/// Where a rule stands.
public struct RuleReference: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was given, a path mostly.
    public let file: String
    /// Line, from 1.
    public let line: Int
    /// The rule as it is written, without its comment.
    public let text: String
    /// The administrator's own reason.
    public let because: String?

    /// `90-doe-audit.rules:12`, what records carry: the file's last component and the line.
    public var description: String { "\(file.split(separator: "/").last ?? ""):\(line)" }
}
