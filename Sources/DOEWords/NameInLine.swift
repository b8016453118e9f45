/// A name that somebody else chose, as it stands among other words in one line of text: of a program, a unit, a file.
///
/// Whoever reads the line must find the name's end where it was put, and the same bytes in it. A plain name stands as
/// it is. Any other stands in quotes, and in these `"` and `\` have a `\` before them, `\xff` is a byte that is no
/// text, and `\u{a0}` a character that could not be seen, or not alone. Of a long one the middle is left out:
/// `"/opt/a"..."z/agent"`. Three dots between two quotes are the only mark of that.
struct NameInLine {
    /// So many bytes of a name are shown where nothing else is said, quotes and mark aside: a file's own name, 255
    /// bytes at most, is whole in it.
    static let limit = 300

    private enum Piece: Equatable {
        /// In a plain name, and as it is in quotes.
        case plain(UInt8)
        /// As it is in quotes.
        case seen(Unicode.Scalar)
        case escaped(String)

        var text: String {
            switch self {
            case .plain(let byte): String(Unicode.Scalar(byte))
            case .seen(let scalar): String(scalar)
            case .escaped(let text): text
            }
        }
    }

    private let pieces: [Piece]
    private let quote: Unicode.Scalar

    init(_ bytes: some Sequence<UInt8>, quote: Unicode.Scalar = "\"") {
        var pieces: [Piece] = []
        var rest = Array(bytes)[...]
        while let first = rest.first {
            var parser = Unicode.UTF8.ForwardParser()
            var next = rest.makeIterator()
            if case .valid(let encoded) = parser.parseScalar(from: &next) {
                pieces.append(Self.piece(Unicode.UTF8.decode(encoded), quote))
                rest = rest.dropFirst(encoded.count)
            } else {
                pieces.append(.escaped("\\x\(UInt32(first).hex(digits: 2))"))
                rest = rest.dropFirst()
            }
        }
        self.pieces = pieces
        self.quote = quote
    }

    private static func piece(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar) -> Piece {
        if scalar == quote || scalar == "\\" { return .escaped("\\\(scalar)") }
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            if isPlain(byte) { return .plain(byte) }
            if (0x20..<0x7f).contains(byte) { return .seen(scalar) }
        } else if scalar.isLetterOrDigit {
            return .seen(scalar)
        }
        return .escaped("\\u{\(scalar.value.hex(digits: 2))}")
    }

    /// Letters, digits and `/._-+:@~%`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "/._-+:@~%".utf8.contains(byte)
        }
    }

    /// A sentence may go on behind it, so its end must be no sign of the sentence's.
    static func isPlain(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let last = bytes.last, last != UInt8(ascii: ":"), last != UInt8(ascii: ".") else { return false }
        return bytes.allSatisfy(isPlain)
    }

    /// The name in quotes.
    func quoted(limit: Int) -> String {
        let lengths = pieces.map(\.text.utf8.count)
        guard lengths.reduce(0, +) > limit else { return wrapped(pieces[...]) }
        // Its last part whole where that leaves something of its beginning, else as much of both.
        let slash = pieces.lastIndex(of: .plain(UInt8(ascii: "/"))) ?? 0
        let lastPart = lengths[slash...].reduce(0, +)
        let ofEnd = lastPart <= limit * 9 / 10 ? max(lastPart, limit / 2) : limit / 2
        var (first, end) = (pieces.startIndex, pieces.endIndex)
        var room = ofEnd
        while end > first, lengths[end - 1] <= room {
            end -= 1
            room -= lengths[end]
        }
        room += limit - ofEnd
        while first < end, lengths[first] <= room {
            room -= lengths[first]
            first += 1
        }
        return "\(wrapped(pieces[..<first]))...\(wrapped(pieces[end...]))"
    }

    private func inside(_ pieces: ArraySlice<Piece>) -> String { pieces.reduce(into: "") { $0 += $1.text } }

    private func wrapped(_ pieces: ArraySlice<Piece>) -> String { "\(quote)\(inside(pieces))\(quote)" }
}

extension String {
    /// This name among other words of a line: as it is where it is plain (letters, digits and `/._-+:@~%`), else in
    /// quotes; of a long one the middle is left out. So no name can be taken for more than a name.
    public var asName: String { asName(limit: NameInLine.limit) }

    /// The same with so many bytes of it at most, quotes and the mark for what is left out aside.
    public func asName(limit: Int) -> String {
        utf8.count <= limit && NameInLine.isPlain(utf8) ? self : NameInLine(utf8).quoted(limit: limit)
    }

    /// The same, in quotes in any case: for what is words by nature.
    public var inQuotes: String { inQuotes(limit: NameInLine.limit) }

    /// The same with so many bytes of it at most.
    public func inQuotes(limit: Int) -> String { NameInLine(utf8).quoted(limit: limit) }

    /// In single quotes: for what something calls itself, so that it does not look like what it is.
    public var inSingleQuotes: String { NameInLine(utf8, quote: "'").quoted(limit: NameInLine.limit) }
}

extension [UInt8] {
    /// A name that may be no text (UTF-8), among other words of a line.
    public var asName: String {
        count <= NameInLine.limit && NameInLine.isPlain(self)
            ? String(decoding: self, as: UTF8.self) : NameInLine(self).quoted(limit: NameInLine.limit)
    }
}

extension Unicode.Scalar {
    /// Of whatever language. What joins the letter before it, or has no width, is none: in a name it could hide the
    /// quote that ends it.
    fileprivate var isLetterOrDigit: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }
}
