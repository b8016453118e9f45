/// Something that is wrong in a rule file, or hardly meant.
public struct RuleNotice: Codable, Hashable, Sendable {
    /// The file's path.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column, from 1.
    public var column: Int
    /// What it is, without the place.
    public var message: String
    /// What to write instead.
    public var remedy: String?
    /// All of it for a terminal, as a compiler's diagnostic: with the line, and a caret below the place.
    public var text: String

    /// A notice from its parts.
    public init(file: String, line: Int, column: Int, message: String, remedy: String?, text: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
        self.text = text
    }
}
