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
    /// `90-doe-audit.rules:12`, what records carry: the file's last component and the line. Made once, since each
    /// decision by this rule says it several times.
    public let description: String

    init(file: String, line: Int, text: String, because: String?) {
        self.file = file
        self.line = line
        self.text = text
        self.because = because
        description = "\(file.split(separator: "/").last ?? ""):\(line)"
    }
}
