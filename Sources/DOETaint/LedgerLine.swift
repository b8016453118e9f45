internal import DOEWords

/// One line of the ledger: facts that come true together, and a digest over them and the line before. So no line can
/// be changed, and none be taken out of the middle, without a break.
///
/// `FACT; FACT # DIGEST`: the first 32 hexadecimal digits of the SHA-256 over the digest of the line before, a blank,
/// and the line up to its own ` # `. Before the first line stands the empty text.
enum LedgerLine {
    private static let mark = " # "
    private static let digestDigits = 32
    private static let newline = UInt8(ascii: "\n")

    /// The line with its newline; `digest` becomes its own.
    static func bytes(_ facts: [LedgerFact], after digest: inout String) -> [UInt8] {
        bytes(facts.map(\.text).joined(separator: "; "), after: &digest)
    }

    static func bytes(_ text: String, after digest: inout String) -> [UInt8] {
        digest = self.digest(of: text.utf8, after: digest)
        return Array("\(text)\(mark)\(digest)\n".utf8)
    }

    /// The text of a line without its newline, if its digest fits; `digest` becomes its own.
    static func text(of line: ArraySlice<UInt8>, after digest: inout String) -> String? {
        let tail = line.suffix(digestDigits + mark.utf8.count)
        let body = line.dropLast(digestDigits + mark.utf8.count)
        let expected = self.digest(of: body, after: digest)
        guard tail.elementsEqual((mark + expected).utf8) else { return nil }
        guard let text = String(validating: body, as: UTF8.self) else { return nil }
        digest = expected
        return text
    }

    /// The facts of a text; `nil` where one is not understood.
    static func facts(in text: String) -> [LedgerFact]? {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        var facts: [LedgerFact] = []
        for (index, part) in parts.enumerated() {
            guard index == 0 || part.first == " ", let fact = LedgerFact(index == 0 ? part : part.dropFirst()) else {
                return nil
            }
            facts.append(fact)
        }
        return facts
    }

    /// Whose marks a line is about of which only the beginning is there: what is whole of it can be read.
    static func names(inTorn line: ArraySlice<UInt8>) -> [String] {
        let text = String(decoding: line.prefix { $0 != 0 && $0 != newline }, as: UTF8.self)
        let end = text.firstIndex(of: "#")
        var parts = text[..<(end ?? text.endIndex)].split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " } }
        // Of the last one nobody knows whether it goes on.
        if end == nil, !parts.isEmpty { parts.removeLast() }
        if end != nil, let last = parts.popLast() { parts.append(last.last == " " ? last.dropLast() : last) }
        var names: [String] = []
        for name in parts.compactMap({ LedgerFact($0)?.name }) where !names.contains(name) { names.append(name) }
        return names
    }

    private static func digest(of text: some Sequence<UInt8>, after digest: String) -> String {
        String(SHA256Digest(of: Array("\(digest) ".utf8) + Array(text)).description.prefix(digestDigits))
    }
}
