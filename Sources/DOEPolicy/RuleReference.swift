/// Where a rule stands.
///
/// It points into a table of all rules that belong together. So a decision counts one reference to the table, which is
/// at hand, and touches nothing that is the rule's alone: with many rules that would be a wait for memory each time.
public struct RuleReference: Hashable, Sendable, CustomStringConvertible {
    /// What is said of one rule.
    struct Entry: Sendable {
        let file: String
        let line: Int
        let column: Int
        let text: String
        let because: String?
        let description: String
    }

    /// The entries of rules that belong together.
    final class Table: Sendable {
        let entries: [Entry]

        init(_ entries: [Entry]) { self.entries = entries }
    }

    private let table: Table
    private let index: Int

    /// The reference of an entry in a table.
    init(_ table: Table, _ index: Int) {
        self.table = table
        self.index = index
    }

    /// A reference that stands alone.
    init(file: String, line: Int, column: Int, text: String, because: String?) {
        let entry = Entry(
            file: file, line: line, column: column, text: text, because: because,
            description: "\(file.split(separator: "/").last ?? ""):\(line)")
        self.init(Table([entry]), 0)
    }

    var entry: Entry { table.entries[index] }

    /// Its place among the rules that belong together, from 0.
    public var position: Int { index }
    /// The file as it was given, a path mostly.
    public var file: String { entry.file }
    /// Line, from 1.
    public var line: Int { entry.line }
    /// The rule as it is written, without its comment.
    public var text: String { entry.text }
    /// The administrator's own reason.
    public var because: String? { entry.because }
    /// `90-doe-audit.rules:12`, what records carry: the file's last component and the line. Made once, since each
    /// decision by this rule says it several times.
    public var description: String { entry.description }

    /// The place of the whole rule.
    var place: SourcePlace {
        let entry = entry
        return SourcePlace(file: entry.file, line: entry.line, column: entry.column, statement: entry.text)
    }

    /// Equal where all that they say is equal.
    public static func == (left: Self, right: Self) -> Bool {
        left.table === right.table && left.index == right.index
            || (left.file, left.line, left.text, left.because) == (right.file, right.line, right.text, right.because)
    }

    /// The place is enough.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(file)
        hasher.combine(line)
    }
}
