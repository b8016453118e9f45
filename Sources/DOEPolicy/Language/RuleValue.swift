/// What a condition compares with, as it is written.
enum RuleValue: Hashable, Sendable {
    /// A part of a pattern.
    enum Piece: Hashable, Sendable {
        /// These characters.
        case text(String)
        /// `?`
        case one
        /// `*`
        case many
        /// `{a,b}`; no alternative has a set in it.
        case set([[Piece]])
        /// In a set an alternative in quotes, which cannot be written without them: all characters literal.
        case quoted(String)
    }

    /// Text with globs and sets.
    case pattern([Piece])
    /// `1000..1999` or `1000..`
    case range(low: UInt32, high: UInt32?)
    /// A string that cannot be written without quotes: all characters literal, `none` included.
    case quoted(String)
    /// `@gpus`: what the set line of that name says.
    case named(String)

    /// A string in quotes; where quotes change nothing it is the same value as without them.
    init(string: String) {
        self = Self.needsQuotes(string) ? .quoted(string) : .pattern([.text(string)])
    }

    /// A string that stands in quotes in a file. Digits keep theirs: they are a name then, and no number. So does the
    /// word by which an expectation says that something could not be learned.
    init(written string: String) {
        self = Self.isNumber(string) || string == "unknown" ? .quoted(string) : Self(string: string)
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func needsQuotes(_ text: String) -> Bool {
        text.isEmpty || text == "none" || text.contains("..") || text.utf8.first == UInt8(ascii: "=")
            || text.utf8.first == UInt8(ascii: "@")
            || text.utf8.contains(where: Self.special.contains) || text.unicodeScalars.contains(where: \.isUnseen)
    }

    private static let special: Set<UInt8> = Set("\"#{},*?".utf8)
}

extension RuleValue: CustomStringConvertible {
    /// The canonical spelling.
    var description: String {
        switch self {
        case .pattern(let pieces): Self.text(of: pieces)
        case .range(let low, let high): "\(low)..\(high.map(String.init) ?? "")"
        case .quoted(let string): Self.quote(string)
        case .named(let name): "@\(name)"
        }
    }

    /// A string in quotes, `"` and `\` escaped.
    static func quote(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }

    private static func text(of pieces: [Piece]) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .one: text += "?"
            case .many: text += "*"
            case .set(let alternatives): text += "{" + alternatives.map(Self.text).joined(separator: ",") + "}"
            case .quoted(let part): text += quote(part)
            }
        }
        return text
    }
}

extension RuleValue.Piece {
    /// The same as ``RuleValue/init(written:)``, as an alternative of a set.
    init(written string: String) {
        if case .pattern(let pieces) = RuleValue(written: string), let piece = pieces.first {
            self = piece
        } else {
            self = .quoted(string)
        }
    }
}
