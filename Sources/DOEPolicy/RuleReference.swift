/// Where a rule stands.
public struct RuleReference: Hashable, Sendable, CustomStringConvertible {
    /// One box, so that a decision counts one reference and touches one place in memory, however much is said of a rule.
    private final class Box: Sendable {
        let file: String
        let line: Int
        let column: Int
        let text: String
        let because: String?
        let description: String

        init(file: String, line: Int, column: Int, text: String, because: String?) {
            self.file = file
            self.line = line
            self.column = column
            self.text = text
            self.because = because
            description = "\(file.split(separator: "/").last ?? ""):\(line)"
        }
    }

    private let box: Box

    init(file: String, line: Int, column: Int, text: String, because: String?) {
        box = Box(file: file, line: line, column: column, text: text, because: because)
    }

    /// The file as it was given, a path mostly.
    public var file: String { box.file }
    /// Line, from 1.
    public var line: Int { box.line }
    /// The rule as it is written, without its comment.
    public var text: String { box.text }
    /// The administrator's own reason.
    public var because: String? { box.because }
    /// `90-doe-audit.rules:12`, what records carry: the file's last component and the line. Made once, since each
    /// decision by this rule says it several times.
    public var description: String { box.description }

    /// The place of the whole rule.
    var place: SourcePlace { SourcePlace(file: file, line: line, column: box.column, statement: text) }

    /// Equal where all that they say is equal.
    public static func == (left: Self, right: Self) -> Bool {
        left.box === right.box
            || (left.file, left.line, left.text, left.because) == (right.file, right.line, right.text, right.because)
    }

    /// The place is enough.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(file)
        hasher.combine(line)
    }
}
