internal import FoundationEssentials

/// The one table in a section of a page of docs/, for tests that hold the page against the code.
public struct DocumentTable {
    /// The cells of each row, without the head.
    public let rows: [[String]]

    /// Reads the page's section, from its heading to the next one of any level.
    public init(page: String, section: String) throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let text = try String(contentsOfFile: root.joined(separator: "/") + "/docs/" + page, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let body = lines.drop { $0 != "## " + section }.dropFirst().prefix { !$0.hasPrefix("#") }
        rows = body.filter { $0.hasPrefix("|") }.dropFirst(2).map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }
}
