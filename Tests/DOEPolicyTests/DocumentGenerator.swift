import DOEWords
import TestSupport

@testable import DOEPolicy

/// Makes rule files of any shape that the grammar allows; they need not mean anything.
enum DocumentGenerator {
    static func document(_ generator: inout SeededGenerator) -> RuleDocument {
        var document = RuleDocument()
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            let comment = generator.once(in: 3) ? "# é\(Int.random(in: 0...9, using: &generator)) \"{,}" : nil
            switch Int.random(in: 0...5, using: &generator) {
            case 0: document.lines.append(.init(statement: nil, comment: comment))
            case 2: document.lines.append(.init(statement: .set(set(&generator)), comment: comment))
            case 1: document.lines.append(.init(statement: .object(objectLine(&generator)), comment: comment))
            default: document.lines.append(.init(statement: .rule(rule(&generator)), comment: comment))
            }
        }
        return document
    }

    static func rule(_ generator: inout SeededGenerator) -> Rule {
        let verdict = generator.pick([Verdict.allow, .warn, .deny])
        let keys = RuleKey.allCases.shuffled(using: &generator).prefix(Int.random(in: 0...4, using: &generator))
        let conditions = keys.map { key in
            RuleCondition(key: key, negated: generator.once(in: 3), value: value(&generator, ranges: key.takesRanges))
        }
        let letters: [TaintLetters] =
            verdict == .deny ? [[], .malformed, .complianceAttempted] : [[], .vendor, [.vendor, .abort]]
        return Rule(
            verdict: verdict, conditions: conditions, taint: generator.pick(letters),
            asksDevice: verdict != .deny && generator.once(in: 4),
            because: generator.once(in: 3) ? string(&generator) : nil)
    }

    static func objectLine(_ generator: inout SeededGenerator) -> ObjectLine {
        let objectClass = generator.pick([ObjectClass.published, .vendor, .compliance, .unknown])
        let low = KernelVersion(major: 6, minor: UInt32.random(in: 0...9, using: &generator))
        let high = KernelVersion(major: 7, minor: UInt32.random(in: 0...9, using: &generator))
        let length = Int.random(in: 2...9, using: &generator)
        let kernel = KernelRange(low: low, high: generator.once(in: 2) ? high : nil)
        return ObjectLine(
            pattern: .pattern(pieces(&generator, sets: true, quotes: false, texts: ["a", "none", "0001:", "é"])),
            objectClass: objectClass, name: string(&generator),
            kernel: objectClass == .published && generator.once(in: 2) ? kernel : nil,
            lengths: generator.once(in: 2) ? LengthRange(length...generator.pick([length, length + 1, 1 << 18])) : nil)
    }

    private static let names = ["a", "gpu-tools", "A_9"]

    static func set(_ generator: inout SeededGenerator) -> NamedSet {
        let value =
            generator.once(in: 3) ? RuleValue(written: string(&generator)) : .pattern(pieces(&generator, sets: true))
        return NamedSet(name: generator.pick(names), value: value)
    }

    private static func value(_ generator: inout SeededGenerator, ranges: Bool) -> RuleValue {
        if ranges, generator.once(in: 3) {
            let low = UInt32.random(in: 0...100, using: &generator)
            return .range(low: low, high: generator.once(in: 2) ? low + 5 : nil)
        }
        if generator.once(in: 6) { return .named(generator.pick(names)) }
        return generator.once(in: 3) ? RuleValue(written: string(&generator)) : .pattern(pieces(&generator, sets: true))
    }

    /// Pieces as a parser would make them: no two texts and no two stars in a row.
    private static func pieces(
        _ generator: inout SeededGenerator, sets: Bool, quotes: Bool = true,
        texts: [String] = ["a", "none", "0001:", "/x.y", "é=\\", "!", "a=b"]
    ) -> [RuleValue.Piece] {
        var pieces: [RuleValue.Piece] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            switch Int.random(in: 0...(sets ? 4 : 3), using: &generator) {
            case 0: pieces.append(.one)
            case 1: if pieces.last != .many { pieces.append(.many) }
            case 4:
                let count = Int.random(in: 1...3, using: &generator)
                pieces.append(
                    .set(
                        (0..<count).map { _ in
                            quotes && generator.once(in: 4)
                                ? [RuleValue.Piece(written: string(&generator))]
                                : self.pieces(&generator, sets: false, texts: texts)
                        }))
            default:
                if case .text = pieces.last { continue }
                pieces.append(.text(generator.pick(texts)))
            }
        }
        return pieces
    }

    private static func string(_ generator: inout SeededGenerator) -> String {
        let parts = ["a", " ", "\"", "\\", "#", "*", "{", "}", ",", "none", "7", "é", "=", "..", "\t"]
        return (generator.once(in: 3) ? "1" : "s")
            + (0..<Int.random(in: 0...4, using: &generator)).map { _ in generator.pick(parts) }.joined()
    }
}
