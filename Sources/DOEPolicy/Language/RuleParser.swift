internal import DOEWords

/// Reads a rule file, line by line; a bad line is reported and the next one read.
struct RuleParser {
    private let file: RuleFile
    private let bytes: [UInt8]

    /// Takes a whole file apart.
    static func parse(_ file: RuleFile, errors: inout RuleErrorCollector) -> RuleDocument {
        let parser = Self(file: file, bytes: Array(file.text.utf8))
        guard parser.bytes.count <= RuleLimits.fileBytes else {
            let place = SourcePlace(file: file.path, line: 1, bytes: [], lineRange: 0..<0, range: 0..<0)
            errors.add(
                place, "the file has \(parser.bytes.count) bytes, more than \(RuleLimits.fileBytes)",
                remedy: "split it")
            return RuleDocument()
        }
        return parser.document(errors: &errors)
    }

    private func document(errors: inout RuleErrorCollector) -> RuleDocument {
        var document = RuleDocument()
        // Some editors put a byte order mark before everything; nobody sees it.
        var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var number = 0
        while start < bytes.count {
            number += 1
            guard number <= RuleLimits.lines else {
                errors.add(
                    SourcePlace(
                        file: file.path, line: number, bytes: bytes, lineRange: start..<start, range: start..<start),
                    "the file has more than \(RuleLimits.lines) lines", remedy: "split it")
                break
            }
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let isDOSLine = end > start && bytes[end - 1] == UInt8(ascii: "\r")
            let line = start..<(isDOSLine ? end - 1 : end)
            do throws(LineProblem) {
                try add(line, number: number, to: &document)
            } catch {
                errors.add(
                    SourcePlace(file: file.path, line: number, bytes: bytes, lineRange: line, range: error.range),
                    error.message, remedy: error.remedy)
            }
            start = end + 1
        }
        return document
    }

    private func add(_ line: Range<Int>, number: Int, to document: inout RuleDocument) throws(LineProblem) {
        guard line.count <= RuleLimits.lineBytes else {
            throw LineProblem(
                line.lowerBound..<line.lowerBound,
                "the line has \(line.count) bytes, more than \(RuleLimits.lineBytes)", remedy: "write several rules")
        }
        if let bad = line.first(where: isControl) {
            throw LineProblem(bad..<(bad + 1), "a control character", remedy: "rules are plain text")
        }
        var statements = RuleStatementParser(bytes, line: line)
        let parsed = try statements.parse()
        document.lines.append(.init(statement: parsed?.statement, comment: statements.comment))
        if let parsed {
            document.places.append(
                .init(line: number, lineRange: line, statement: parsed.range, values: parsed.values))
        }
    }

    /// Controls but the tab, and what editors take for the end of a line or for a change of the direction of writing:
    /// with these, in comments and strings too, a rule would not be what somebody sees.
    private func isControl(_ index: Int) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "\t"): return false
        case ..<0x20, 0x7f: return true
        // U+0080 to U+009F
        case 0xc2: return index + 1 < bytes.count && bytes[index + 1] < 0xa0
        case 0xe2:
            guard index + 2 < bytes.count else { return false }
            switch (bytes[index + 1], bytes[index + 2]) {
            // U+2028 to U+202E, U+2066 to U+2069
            case (0x80, 0xa8...0xae), (0x81, 0xa6...0xa9): return true
            default: return false
            }
        default: return false
        }
    }
}
