internal import DOEWords

/// Reads the statement of one line.
struct RuleStatementParser {
    /// A statement and where its parts stand.
    struct Parsed {
        let statement: RuleStatement
        let range: Range<Int>
        let values: [Range<Int>]
    }

    let bytes: [UInt8]
    private var lexer: RuleLexer
    private var last: Range<Int>

    init(_ bytes: [UInt8], line: Range<Int>) {
        self.bytes = bytes
        self.lexer = RuleLexer(bytes, line: line)
        self.last = line.lowerBound..<line.lowerBound
    }

    /// The comment behind the statement, or alone on the line.
    var comment: String? {
        lexer.comment.map { range in
            var end = range.upperBound
            while end > range.lowerBound, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") {
                end -= 1
            }
            return text(range.lowerBound..<end)
        }
    }

    /// The statement; `nil` on a line without one.
    mutating func parse() throws(LineProblem) -> Parsed? {
        guard let first = try next() else { return nil }
        guard case .word(let word) = first.kind else {
            throw LineProblem(
                first.range, "a line starts with a verdict",
                remedy: "write allow, warn or deny first, or object, or set")
        }
        var values: [Range<Int>] = []
        let statement: RuleStatement
        switch word {
        case "object": statement = .object(try objectLine(&values))
        case "set": statement = .set(try set(&values))
        case "allow": statement = .rule(try rule(.allow, &values))
        case "warn": statement = .rule(try rule(.warn, &values))
        case "deny": statement = .rule(try rule(.deny, &values))
        default:
            let words = ["allow", "warn", "deny", "object", "set"]
            throw LineProblem(
                first.range, "unknown word '\(word)'",
                remedy: NearestWord.advice(word, among: words, called: "a line starts with one of"))
        }
        return Parsed(statement: statement, range: first.range.lowerBound..<last.upperBound, values: values)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    mutating func next() throws(LineProblem) -> RuleToken? {
        let token = try lexer.next()
        if let token { last = token.range }
        return token
    }

    /// The next token, or else the problem that it is not there.
    mutating func require(_ what: String, remedy: String) throws(LineProblem) -> RuleToken {
        if let token = try next() { return token }
        throw LineProblem(last.upperBound..<last.upperBound, "\(what) is missing", remedy: remedy)
    }
}
