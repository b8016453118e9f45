/// Cuts one line of a rule file into words.
struct RuleLexer {
    private let bytes: [UInt8]
    private let end: Int
    private var position: Int
    /// The comment with its `#`, once the words before it have been taken.
    private(set) var comment: Range<Int>?

    init(_ bytes: [UInt8], line: Range<Int>) {
        self.bytes = bytes
        self.end = line.upperBound
        self.position = line.lowerBound
    }

    /// An empty stretch after the last word, for what is missing there.
    var here: Range<Int> { position..<position }

    /// The next word; `nil` at the end of the line or at its comment.
    mutating func next() throws(LineProblem) -> RuleToken? {
        while position < end, Self.isBlank(bytes[position]) { position += 1 }
        guard position < end else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "#"):
            comment = position..<end
            position = end
            return nil
        case UInt8(ascii: "\""):
            let start = position
            let string = try string()
            return RuleToken(kind: .string(string), range: start..<position)
        default: return try word()
        }
    }

    private mutating func word() throws(LineProblem) -> RuleToken {
        let start = position
        var sign: Int?
        var isInSet = false
        while position < end, !Self.isBlank(bytes[position]) {
            switch bytes[position] {
            case UInt8(ascii: "="):
                if sign == nil { sign = position }
            case UInt8(ascii: "{"): isInSet = sign != nil
            case UInt8(ascii: "}"): isInSet = false
            case UInt8(ascii: "\"")
            where isInSet && [UInt8(ascii: "{"), UInt8(ascii: ",")].contains(bytes[position - 1]):
                _ = try string(inSet: true)
                continue
            case UInt8(ascii: "\""):
                guard let sign, sign + 1 == position else {
                    throw LineProblem(
                        position..<(position + 1), "a quote in the middle of a word",
                        remedy: "put the whole value in quotes, or a whole one of a set; globs are literal there")
                }
                let valueStart = position
                let string = try string()
                return condition(start, sign, valueStart..<position, string)
            case UInt8(ascii: "#"):
                throw LineProblem(
                    position..<(position + 1), "'#' in the middle of a word",
                    remedy: "put a blank before a comment, and quotes around a value with '#'")
            default: try checkSeen(at: position)
            }
            position += 1
        }
        if let sign { return condition(start, sign, (sign + 1)..<position, nil) }
        return RuleToken(
            kind: .word(String(decoding: bytes[start..<position], as: UTF8.self)), range: start..<position)
    }

    /// A blank that is no blank to us, or a character of no width, would silently be a part of the value before it.
    private func checkSeen(at position: Int) throws(LineProblem) {
        guard bytes[position] >= 0xc0,
            let scalar = String(decoding: bytes[position..<min(end, position + 4)], as: UTF8.self).unicodeScalars.first,
            scalar.isUnseen
        else { return }
        throw LineProblem(
            position..<(position + UTF8.width(scalar)),
            "a character that cannot be seen, U+\(String(scalar.value, radix: 16, uppercase: true)), in a word",
            remedy: "take it out, or put the whole value in quotes")
    }

    private func condition(_ start: Int, _ sign: Int, _ value: Range<Int>, _ string: String?) -> RuleToken {
        let negated = sign > start && bytes[sign - 1] == UInt8(ascii: "!")
        return RuleToken(
            kind: .condition(key: start..<(negated ? sign - 1 : sign), negated: negated, value: value, string: string),
            range: start..<position)
    }

    /// Reads a string from its opening quote to behind its closing one. In a set the next value, or the set's end,
    /// may follow.
    private mutating func string(inSet: Bool = false) throws(LineProblem) -> String {
        let start = position
        var content: [UInt8] = []
        position += 1
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                let closing = inSet ? [UInt8(ascii: ","), UInt8(ascii: "}")] : []
                guard position == end || Self.isBlank(bytes[position]) || closing.contains(bytes[position]) else {
                    throw LineProblem(
                        position..<(position + 1), "a \(inSet ? "comma" : "blank") is missing after the string",
                        remedy: #"inside of a string a quote is written \""#)
                }
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard position + 1 < end, [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(bytes[position + 1]) else {
                    throw LineProblem(
                        position..<min(end, position + 2), "an unknown escape in a string",
                        remedy: #"there are \" and \\ only"#)
                }
                content.append(bytes[position + 1])
                position += 2
            default:
                content.append(bytes[position])
                position += 1
            }
        }
        throw LineProblem(start..<end, "the string has no end", remedy: "close it with '\"' on the same line")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

extension Unicode.Scalar {
    /// Whether it looks like a blank, or like nothing; the blank itself as well.
    var isUnseen: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
        default: false
        }
    }
}
