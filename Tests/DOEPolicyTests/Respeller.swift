import DOEWords
import TestSupport

@testable import DOEPolicy

/// Writes the statements of rules in whatever way the language has for them.
struct Respeller {
    private var generator: SeededGenerator
    private var sets: [String] = []
    private var lines: [String] = []

    /// The files of a policy that says what these statements say. Object lines may be moved before rules, since they are
    /// read before them wherever they stand.
    static func files(_ statements: [RuleStatement], seed: UInt64) -> [RuleFile] {
        var speller = Respeller(generator: SeededGenerator(seed: seed))
        var objects = statements.compactMap { statement -> ObjectLine? in
            if case .object(let line) = statement { line } else { nil }
        }[...]
        for statement in statements {
            while speller.generator.once(in: 2), let line = objects.popFirst() { speller.write(line) }
            if case .rule(let rule) = statement { speller.write(rule) }
        }
        for line in objects { speller.write(line) }
        return speller.split()
    }

    private init(generator: SeededGenerator) { self.generator = generator }

    private mutating func write(_ line: ObjectLine) {
        // The pattern of an object line stands without quotes.
        var pattern = ""
        repeat { pattern = spelled(line.pattern, .object) } while pattern.hasPrefix("\"")
        var words = ["object", pattern, "\(line.objectClass)", RuleValue.quote(line.name)]
        if let kernel = line.kernel { words += ["kernel", "\(kernel)"] }
        if let lengths = line.lengths { words += ["dwords", "\(lengths)"] }
        lines.append(joined(words))
    }

    private mutating func write(_ rule: Rule) {
        var words = [rule.verdict.rawValue]
        for condition in rule.conditions.shuffled(using: &generator) {
            words.append(
                "\(condition.key.word)\(condition.negated ? "!=" : "=")\(spelled(condition.value, condition.key))")
        }
        var effects: [String] = []
        if !rule.taint.isEmpty {
            effects.append("taint \(String(rule.taint.description.shuffled(using: &generator)))")
        }
        if rule.asksDevice { effects.append("ask-device") }
        if let because = rule.because { effects.append("because \(RuleValue.quote(because))") }
        lines.append(joined(words + effects.shuffled(using: &generator)))
    }

    /// A value in another spelling, or as a set's name.
    private mutating func spelled(_ value: RuleValue, _ key: RuleKey) -> String {
        let text = written(value, key)
        guard case .pattern = value, key != .until, generator.once(in: 4) else { return text }
        let name = "set-\(sets.count)"
        sets.append(name)
        lines.append(joined(["set", "\(name)=\(text)"]))
        return "@\(name)"
    }

    private mutating func written(_ value: RuleValue, _ key: RuleKey) -> String {
        guard case .pattern(let pieces) = value else { return "\(value)" }
        if case .text(let text) = pieces.first, pieces.count == 1 {
            let time = key == .until && text.utf8.count == 10 && generator.once(in: 2) ? text + "T00:00:00Z" : text
            return alone(time, key)
        }
        return pieces.map { piece in
            guard case .set(let alternatives) = piece else { return "\(RuleValue.pattern([cased(piece, key)]))" }
            let again = alternatives + (generator.once(in: 3) ? [generator.pick(alternatives)] : [])
            return "{" + again.shuffled(using: &generator).map { part(of: $0, key) }.joined(separator: ",") + "}"
        }.joined()
    }

    private mutating func part(of pieces: [RuleValue.Piece], _ key: RuleKey) -> String {
        "\(RuleValue.pattern(pieces.map { cased($0, key) }))"
    }

    /// One literal, with quotes that change nothing, or in a set by itself.
    private mutating func alone(_ text: String, _ key: RuleKey) -> String {
        let text = "\(RuleValue.pattern([cased(.text(text), key)]))"
        let isWord = text == "none" || text.allSatisfy(\.isNumber)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0 where !isWord: return "\"\(text)\""
        case 1: return "{\(text)}"
        default: return text
        }
    }

    private mutating func cased(_ piece: RuleValue.Piece, _ key: RuleKey) -> RuleValue.Piece {
        guard [.object, .device, .pciClass, .address, .serial].contains(key), case .text(let text) = piece,
            text != "none", generator.once(in: 2)
        else { return piece }
        return .text(text.uppercased())
    }

    /// Blanks, and a comment at the end.
    private mutating func joined(_ words: [String]) -> String {
        let blanks = [" ", " ", "  ", "\t", " \t "]
        var line = generator.once(in: 4) ? generator.pick(blanks) : ""
        for (index, word) in words.enumerated() { line += (index == 0 ? "" : generator.pick(blanks)) + word }
        return line + (generator.once(in: 4) ? " # \(generator.next())" : generator.once(in: 4) ? "  " : "")
    }

    /// Into files of any name, with comments and empty lines between.
    private mutating func split() -> [RuleFile] {
        var texts = [""]
        for line in lines {
            if generator.once(in: 6) { texts.append("") }
            if generator.once(in: 5) { texts[texts.count - 1] += generator.pick(["\n", "# a comment\n", "   \n"]) }
            texts[texts.count - 1] += line + generator.pick(["\n", "\n", "\r\n"])
        }
        return texts.map { RuleFile(path: "/r/\(generator.next()).rules", text: $0) }
    }
}
