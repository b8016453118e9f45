/// A rule file taken apart, comments and empty lines included.
struct RuleDocument: Hashable, Sendable, CustomStringConvertible {
    /// One line.
    struct Line: Hashable, Sendable, CustomStringConvertible {
        /// What it says; `nil` where it is empty or only a comment.
        let statement: RuleStatement?
        /// From `#` to the end of the line, without blanks at its end.
        let comment: String?

        var description: String {
            switch (statement, comment) {
            case (let statement?, let comment?): "\(statement) \(comment)"
            case (let statement?, nil): "\(statement)"
            case (nil, let comment): comment ?? ""
            }
        }
    }

    /// Where a statement stands, in bytes of the file.
    struct Place: Hashable, Sendable {
        /// Line, from 1.
        let line: Int
        /// The whole line.
        let lineRange: Range<Int>
        /// From the statement's first word to its last.
        let statement: Range<Int>
        /// The value of each condition, or the one pattern of an object line.
        let values: [Range<Int>]
    }

    /// All lines that could be read, in order.
    var lines: [Line] = []
    /// The place of each statement, in the order of those lines that have one.
    var places: [Place] = []

    /// The canonical form of the whole file.
    var description: String { lines.map { "\($0)\n" }.joined() }
}
