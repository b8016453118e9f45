internal import DOEWords

// Rules: a verdict, conditions, and what the rule brings about.
extension RuleStatementParser {
    private static let effects = ["taint", "ask-device", "because"]

    mutating func rule(_ verdict: Verdict, _ values: inout [Range<Int>]) throws(LineProblem) -> Rule {
        var conditions: [RuleCondition] = []
        var taint: TaintLetters?
        var asksDevice = false
        var because: String?
        var expected: Rule.Expected?
        while let token = try next() {
            switch token.kind {
            case .condition:
                guard taint == nil, !asksDevice, because == nil, expected == nil else {
                    throw LineProblem(
                        token.range, "a condition after an effect",
                        remedy: "write all conditions before taint, ask-device and because")
                }
                let (condition, value) = try condition(token)
                guard !conditions.contains(where: { $0.key == condition.key }) else {
                    throw LineProblem(
                        token.range, "the key '\(condition.key.word)' stands twice in this rule",
                        remedy: "write a set, \(condition.key.word)={a,b}, or two rules")
                }
                conditions.append(condition)
                values.append(value)
            case .word("taint"):
                guard taint == nil else {
                    throw LineProblem(token.range, "a second 'taint'", remedy: "write all letters in one")
                }
                taint = try letters(verdict)
            case .word("ask-device"):
                guard verdict != .deny else {
                    throw LineProblem(
                        token.range, "a refusal asks no device", remedy: "write ask-device with allow or warn")
                }
                guard !asksDevice else { throw LineProblem(token.range, "a second 'ask-device'", remedy: "write one") }
                guard expected?.isFromCopy != true else { throw Self.bothWays(token.range) }
                asksDevice = true
            case .word("from-copy"):
                guard !asksDevice else { throw Self.bothWays(token.range) }
                guard expected?.isFromCopy != true else {
                    throw LineProblem(token.range, "a second 'from-copy'", remedy: "write one")
                }
                expected = Rule.Expected(isFromCopy: true, kernel: expected?.kernel)
            case .word("kernel"):
                guard expected?.kernel == nil else {
                    throw LineProblem(token.range, "a second 'kernel'", remedy: "write one")
                }
                expected = Rule.Expected(isFromCopy: expected?.isFromCopy ?? false, kernel: try kernel())
            case .word("because"):
                guard because == nil else { throw LineProblem(token.range, "a second 'because'", remedy: "write one") }
                because = try reason()
            case .word(let word): throw unknownWord(word, token.range)
            case .string:
                throw LineProblem(token.range, "a string on its own", remedy: "write because \"…\", or key=\"…\"")
            }
        }
        return Rule(
            verdict: verdict, conditions: conditions, taint: taint ?? [], asksDevice: asksDevice, because: because,
            expected: expected)
    }

    private static func bothWays(_ range: Range<Int>) -> LineProblem {
        LineProblem(range, "an answer is from the device or from a copy", remedy: "write ask-device, or from-copy")
    }

    /// The kernel that an expectation is about.
    private mutating func kernel() throws(LineProblem) -> KernelVersion {
        let remedy = "write major and minor number: kernel 6.19"
        let token = try require("the version after 'kernel'", remedy: remedy)
        guard case .word(let word) = token.kind, let version = KernelVersion(word) else {
            throw LineProblem(token.range, "'\(text(token.range))' is no kernel version", remedy: remedy)
        }
        return version
    }

    private func condition(_ token: RuleToken) throws(LineProblem) -> (RuleCondition, Range<Int>) {
        guard case .condition(let keyRange, let negated, let value, let string) = token.kind else {
            throw LineProblem(token.range, "a condition is missing")
        }
        let word = text(keyRange)
        guard let key = RuleKey(word) else {
            let range = keyRange.isEmpty ? token.range : keyRange
            throw LineProblem(
                range, word.isEmpty ? "a key is missing before '='" : "unknown key '\(word)'",
                remedy: NearestWord.advice(word, among: RuleKey.words, called: "keys"))
        }
        if let string {
            guard !string.isEmpty else {
                throw LineProblem(value, "an empty value", remedy: "what does not exist is \(word)=none")
            }
            return (RuleCondition(key: key, negated: negated, value: RuleValue(written: string)), value)
        }
        // udev's habit; read as a value that starts with '=' it would never match.
        guard value.isEmpty || bytes[value.lowerBound] != UInt8(ascii: "=") else {
            throw LineProblem(
                value.lowerBound..<(value.lowerBound + 1), "a second '='",
                remedy: "write \(word)=…; a value that starts with '=' is put in quotes")
        }
        let parsed = try RuleValueParser.parse(bytes, in: value, takesRanges: key.takesRanges)
        return (RuleCondition(key: key, negated: negated, value: parsed), value)
    }

    private mutating func letters(_ verdict: Verdict) throws(LineProblem) -> TaintLetters {
        let known = String(TaintLetters.all.map(\.character))
        let token = try require("the letters after 'taint'", remedy: "letters: \(known)")
        guard case .word(let word) = token.kind, let letters = TaintLetters(word) else {
            throw LineProblem(token.range, "unknown taint letters '\(text(token.range))'", remedy: "letters: \(known)")
        }
        guard verdict != .deny || letters.isSubset(of: [.complianceAttempted, .malformed]) else {
            throw LineProblem(
                token.range, "a refusal cannot set '\(letters)'",
                remedy: "what was refused has not happened: deny sets C and M only")
        }
        return letters
    }

    private mutating func reason() throws(LineProblem) -> String {
        let remedy = "write because \"ticket SEC-12\""
        let token = try require("the string after 'because'", remedy: remedy)
        guard case .string(let string) = token.kind else {
            throw LineProblem(token.range, "'because' wants a string", remedy: remedy)
        }
        return string
    }

    private func unknownWord(_ word: String, _ range: Range<Int>) -> LineProblem {
        if RuleKey(word) != nil {
            return LineProblem(range, "the key '\(word)' wants a value", remedy: "write \(word)=…, without blanks")
        }
        let advice = NearestWord.advice(
            word, among: RuleKey.words + Self.effects, called: "a verdict is followed by key=value with one of the keys"
        )
        return LineProblem(range, "unknown word '\(word)'", remedy: advice)
    }
}
