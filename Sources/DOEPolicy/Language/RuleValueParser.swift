/// Reads the value of a condition, or the pattern of an object line.
struct RuleValueParser {
    private let bytes: [UInt8]
    private let range: Range<Int>
    private var position: Int

    /// Reads the bytes `range` of a file; two dots make a range only where the key takes one.
    static func parse(_ bytes: [UInt8], in range: Range<Int>, takesRanges: Bool) throws(LineProblem) -> RuleValue {
        guard !range.isEmpty else {
            throw LineProblem(range, "a value is missing", remedy: "write it right after '=', without a blank")
        }
        if bytes[range.lowerBound] == at { return .named(try name(bytes, range)) }
        if takesRanges, let value = try numbers(bytes, range) { return value }
        var parser = Self(bytes: bytes, range: range, position: range.lowerBound)
        return .pattern(try parser.pieces())
    }

    private static let at = UInt8(ascii: "@")

    /// The name of a set, behind its `@`.
    private static func name(_ bytes: [UInt8], _ range: Range<Int>) throws(LineProblem) -> String {
        let name = String(decoding: bytes[range.dropFirst()], as: UTF8.self)
        guard NamedSet.isName(name) else {
            throw LineProblem(
                range, "no set can be called '\(name)'",
                remedy: "write @ and the name of a set line; a value that begins with @ is put in quotes")
        }
        return name
    }

    /// A range of numbers; `nil` where there are no two dots.
    private static func numbers(_ bytes: [UInt8], _ range: Range<Int>) throws(LineProblem) -> RuleValue? {
        guard let dots = twoDots(bytes, range) else { return nil }
        let lowText = String(decoding: bytes[range.lowerBound..<dots], as: UTF8.self)
        let highText = String(decoding: bytes[(dots + 2)..<range.upperBound], as: UTF8.self)
        guard let low = UInt32(decimal: lowText), highText.isEmpty || UInt32(decimal: highText) != nil else {
            throw LineProblem(
                range, "a range has two numbers, or one and an open end",
                remedy: "write 1000..1999 or 1000.., not in a set")
        }
        let high = UInt32(decimal: highText)
        if let high, high < low {
            throw LineProblem(range, "the range ends below its start", remedy: "write \(high)..\(low)")
        }
        return .range(low: low, high: high)
    }

    /// The first two dots that are not in quotes.
    private static func twoDots(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        let dot = UInt8(ascii: ".")
        var isInQuotes = false
        var position = range.lowerBound
        while position + 1 < range.upperBound {
            switch bytes[position] {
            case UInt8(ascii: "\""): isInQuotes.toggle()
            case UInt8(ascii: "\\") where isInQuotes: position += 1
            case dot where !isInQuotes && bytes[position + 1] == dot: return position
            default: break
            }
            position += 1
        }
        return nil
    }

    private mutating func pieces() throws(LineProblem) -> [RuleValue.Piece] {
        var pieces: [RuleValue.Piece] = []
        while position < range.upperBound {
            switch bytes[position] {
            case UInt8(ascii: "{"): pieces.append(.set(try alternatives()))
            case UInt8(ascii: "}"):
                throw LineProblem(position..<(position + 1), "'}' without '{'", remedy: "quote a value with a brace")
            case UInt8(ascii: ","):
                throw LineProblem(
                    position..<(position + 1), "a comma outside of a set", remedy: "write a set in braces: {a,b}")
            default: try plain(into: &pieces)
            }
        }
        return pieces
    }

    private mutating func alternatives() throws(LineProblem) -> [[RuleValue.Piece]] {
        let open = position
        var result: [[RuleValue.Piece]] = []
        var current: [RuleValue.Piece] = []
        position += 1
        while position < range.upperBound {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "{"):
                throw LineProblem(position..<(position + 1), "a set inside a set", remedy: "write one flat set")
            case UInt8(ascii: ","), UInt8(ascii: "}"):
                guard !current.isEmpty else {
                    throw LineProblem(position..<(position + 1), "an empty alternative", remedy: "write {a,b}")
                }
                result.append(current)
                current = []
                position += 1
                if byte == UInt8(ascii: "}") { return result }
            case Self.at where current.isEmpty:
                throw LineProblem(
                    position..<(position + 1), "a set's name among other values",
                    remedy: "a name stands alone: write two rules, or put all values into one set line")
            case UInt8(ascii: "\"") where current.isEmpty: current = [string()]
            default: try plain(into: &current)
            }
        }
        throw LineProblem(
            open..<range.upperBound, "the set has no end",
            remedy: "close it with '}'; a set has no blanks in it, but in quotes: {\"a b\",c}")
    }

    /// A value in quotes. That its end and its escapes are right was seen when the line was cut into words.
    private mutating func string() -> RuleValue.Piece {
        var content: [UInt8] = []
        position += 1
        while position < range.upperBound, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { position += 1 }
            content.append(bytes[position])
            position += 1
        }
        position += 1
        return RuleValue.Piece(written: String(decoding: content, as: UTF8.self))
    }

    /// One glob character, or a run of literal ones.
    private mutating func plain(into pieces: inout [RuleValue.Piece]) throws(LineProblem) {
        switch bytes[position] {
        case UInt8(ascii: "?"):
            pieces.append(.one)
            position += 1
        case UInt8(ascii: "*"):
            guard pieces.last != .many else {
                throw LineProblem(
                    (position - 1)..<(position + 1), "'**' means no more than '*'",
                    remedy: "write one '*'; in exe= it stops at every '/'")
            }
            pieces.append(.many)
            position += 1
        default:
            let start = position
            while position < range.upperBound, !Self.special.contains(bytes[position]) { position += 1 }
            pieces.append(.text(String(decoding: bytes[start..<position], as: UTF8.self)))
        }
    }

    private static let special: [UInt8] = Array("{},*?".utf8)
}

extension UInt32 {
    /// Reads decimal digits only, without a sign and without leading zeros; anything else is `nil`.
    init?(decimal text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0")
        else { return nil }
        self.init(text, radix: 10)
    }
}
