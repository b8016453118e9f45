/// A stretch of one line of a rule file, and how to show it to a person.
public struct SourcePlace: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was given, a path mostly.
    public let file: String
    /// Line, from 1.
    public let line: Int
    /// Column of the first character, from 1, counted in Unicode scalars.
    public let column: Int
    /// How many scalars the caret line underlines, at least 1.
    public let width: Int
    /// The whole line.
    public let text: String

    /// The place of the bytes `range` in the line that the bytes `lineRange` of a file are.
    init(file: String, line: Int, bytes: [UInt8], lineRange: Range<Int>, range: Range<Int>) {
        func scalars(_ part: Range<Int>) -> Int {
            // Continuation bytes are 10xxxxxx; every other byte starts a scalar.
            bytes[part].count { $0 & 0xc0 != 0x80 }
        }
        let start = min(max(range.lowerBound, lineRange.lowerBound), lineRange.upperBound)
        let end = min(max(range.upperBound, start), lineRange.upperBound)
        self.file = file
        self.line = line
        self.column = scalars(lineRange.lowerBound..<start) + 1
        self.width = max(1, scalars(start..<end))
        // A line that is too long is itself an error: keep only what can be shown of it.
        let shown = min(lineRange.upperBound, lineRange.lowerBound + RuleLimits.lineBytes)
        self.text = String(decoding: bytes[lineRange.lowerBound..<shown], as: UTF8.self)
    }

    /// The place of a statement of which only the text was kept.
    init(file: String, line: Int, column: Int, statement: String) {
        self.file = file
        self.line = line
        self.column = column
        self.width = max(1, statement.unicodeScalars.count)
        self.text = String(repeating: " ", count: column - 1) + statement
    }

    /// `50-site.rules:3:7`, with the path as it was given.
    public var description: String { "\(file):\(line):\(column)" }

    /// The line and a second one with a caret under the place, each indented by four blanks.
    ///
    /// Of a long line only the part around the caret is shown. Control characters are shown as `?`, since this goes to
    /// terminals.
    public var excerpt: String {
        let scalars = Array(text.unicodeScalars)
        let at = min(column - 1, scalars.count)
        let first = scalars.count <= Self.shownScalars ? 0 : max(0, at - Self.shownScalars / 2)
        let last = min(scalars.count, first + Self.shownScalars)
        var line = first > 0 ? "..." : ""
        var caret = first > 0 ? "   " : ""
        for (index, scalar) in scalars[first..<last].enumerated() {
            let shown = Self.printable(scalar)
            line.unicodeScalars.append(shown)
            if index < at - first { caret += shown == "\t" ? "\t" : String(repeating: " ", count: Self.cells(shown)) }
        }
        if last < scalars.count { line += "..." }
        let marked = scalars[at..<min(last, at + width)].reduce(0) { $0 + Self.cells(Self.printable($1)) }
        caret += "^" + String(repeating: "~", count: max(0, marked - 1))
        return "    \(line)\n    \(caret)"
    }

    private static let shownScalars = 120

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control: scalar == "\t" ? scalar : "?"
        case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "?"
        default: scalar
        }
    }

    /// How many columns of a terminal a character takes: none for an accent, two for a wide one (UAX #11, its blocks).
    private static func cells(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff01...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }
}
