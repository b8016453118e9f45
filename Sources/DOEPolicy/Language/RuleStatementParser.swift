internal import DOEWords

/// Reads the statement of one line.
struct RuleStatementParser {
    /// A statement and where its parts stand.
    struct Parsed {
        let statement: RuleStatement
        let range: Range<Int>
        let values: [Range<Int>]
    }

    private let bytes: [UInt8]
    private var lexer: RuleLexer
    private var last: Range<Int>

    init(_ bytes: [UInt8], line: Range<Int>) {
        self.bytes = bytes
        self.lexer = RuleLexer(bytes, line: line)
        self.last = line.lowerBound..<line.lowerBound
    }

    /// The comment behind the statement, or alone on the line.
    var comment: String? {
        lexer.comment.map { range in
            var end = range.upperBound
            while end > range.lowerBound, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") {
                end -= 1
            }
            return text(range.lowerBound..<end)
        }
    }

    /// The statement; `nil` on a line without one.
    mutating func parse() throws(LineProblem) -> Parsed? {
        guard let first = try next() else { return nil }
        guard case .word(let word) = first.kind else {
            throw LineProblem(
                first.range, "a line starts with a verdict",
                remedy: "write allow, warn or deny first, or object, or set")
        }
        var values: [Range<Int>] = []
        let statement: RuleStatement
        switch word {
        case "object": statement = .object(try objectLine(&values))
        case "set": statement = .set(try set(&values))
        case "allow": statement = .rule(try rule(.allow, &values))
        case "warn": statement = .rule(try rule(.warn, &values))
        case "deny": statement = .rule(try rule(.deny, &values))
        default:
            let words = ["allow", "warn", "deny", "object", "set"]
            throw LineProblem(
                first.range, "unknown word '\(word)'",
                remedy: NearestWord.advice(word, among: words, called: "a line starts with one of"))
        }
        return Parsed(statement: statement, range: first.range.lowerBound..<last.upperBound, values: values)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func next() throws(LineProblem) -> RuleToken? {
        let token = try lexer.next()
        if let token { last = token.range }
        return token
    }

    /// The next token, or else the problem that it is not there.
    private mutating func require(_ what: String, remedy: String) throws(LineProblem) -> RuleToken {
        if let token = try next() { return token }
        throw LineProblem(last.upperBound..<last.upperBound, "\(what) is missing", remedy: remedy)
    }
}

// MARK: Rules

extension RuleStatementParser {
    private static let effects = ["taint", "ask-device", "because"]

    private mutating func rule(_ verdict: Verdict, _ values: inout [Range<Int>]) throws(LineProblem) -> Rule {
        var conditions: [RuleCondition] = []
        var taint: TaintLetters?
        var asksDevice = false
        var because: String?
        while let token = try next() {
            switch token.kind {
            case .condition:
                guard taint == nil, !asksDevice, because == nil else {
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
                asksDevice = true
            case .word("because"):
                guard because == nil else { throw LineProblem(token.range, "a second 'because'", remedy: "write one") }
                because = try reason()
            case .word(let word): throw unknownWord(word, token.range)
            case .string:
                throw LineProblem(token.range, "a string on its own", remedy: "write because \"…\", or key=\"…\"")
            }
        }
        return Rule(
            verdict: verdict, conditions: conditions, taint: taint ?? [], asksDevice: asksDevice, because: because)
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
            return (RuleCondition(key: key, negated: negated, value: RuleValue(string: string)), value)
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

// MARK: Set lines

extension RuleStatementParser {
    private mutating func set(_ values: inout [Range<Int>]) throws(LineProblem) -> NamedSet {
        let example = "write set gpus={10de:2330,10de:2331}, and device=@gpus in rules behind it"
        let token = try require("the set's name and its values", remedy: example)
        guard case .condition(let key, false, let range, let string) = token.kind else {
            throw LineProblem(token.range, "a set is a name, '=' and its values", remedy: example)
        }
        let name = text(key)
        guard NamedSet.isName(name) else {
            throw LineProblem(
                key.isEmpty ? token.range : key, "no set can be called '\(name)'",
                remedy: "a name has letters, digits, '-' and '_' in it")
        }
        let value: RuleValue
        if let string {
            value = RuleValue(string: string)
        } else {
            value = try RuleValueParser.parse(bytes, in: range, takesRanges: false)
        }
        if case .named = value {
            throw LineProblem(range, "a set that is another set", remedy: "write its values out")
        }
        if let more = try next() {
            throw LineProblem(more.range, "unknown word '\(text(more.range))'", remedy: "nothing may follow the values")
        }
        values.append(range)
        return NamedSet(name: name, value: value)
    }
}

// MARK: Object lines

extension RuleStatementParser {
    private static let classes: [ObjectClass] = [.published, .vendor, .compliance, .unknown]
    private static let example = "write object 1e98:02 published \"CXL Table Access (CDAT)\" kernel 6.0.."

    private mutating func objectLine(_ values: inout [Range<Int>]) throws(LineProblem) -> ObjectLine {
        let object = try require("the object", remedy: Self.example)
        guard case .word = object.kind else {
            throw LineProblem(object.range, "an object is missing", remedy: Self.example)
        }
        let pattern = try RuleValueParser.parse(bytes, in: object.range, takesRanges: false)
        values.append(object.range)
        let objectClass = try objectClass()
        let name = try require("the object's name", remedy: Self.example)
        guard case .string(let string) = name.kind, !string.isEmpty else {
            throw LineProblem(name.range, "the object's name is a string", remedy: Self.example)
        }
        var kernel: KernelRange?
        var lengths: LengthRange?
        while let token = try next() {
            switch token.kind {
            case .word("kernel"):
                guard kernel == nil else { throw Self.second(token, "kernel") }
                kernel = try kernelRange(objectClass, token)
            case .word("dwords"):
                guard lengths == nil else { throw Self.second(token, "dwords") }
                lengths = try lengthRange()
            default:
                throw LineProblem(
                    token.range, "unknown word '\(text(token.range))'",
                    remedy: NearestWord.advice(
                        text(token.range), among: ["kernel", "dwords"], called: "behind an object's name may follow"))
            }
        }
        return ObjectLine(
            pattern: pattern, objectClass: objectClass, name: string, kernel: kernel, lengths: lengths)
    }

    private static func second(_ token: RuleToken, _ word: String) -> LineProblem {
        LineProblem(token.range, "a second '\(word)'", remedy: "write one")
    }

    private mutating func objectClass() throws(LineProblem) -> ObjectClass {
        let words = Self.classes.map(\.rawValue)
        let token = try require("the class", remedy: "classes of an object line: \(words.joined(separator: ", "))")
        let word = text(token.range)
        guard let objectClass = ObjectClass(rawValue: word), Self.classes.contains(objectClass) else {
            let advice =
                word == ObjectClass.kernelExpected.rawValue
                ? "write published, and behind the name the kernels that use it: kernel 6.0.."
                : NearestWord.advice(word, among: words, called: "classes of an object line")
            throw LineProblem(token.range, "'\(word)' is no class for an object line", remedy: advice)
        }
        return objectClass
    }

    private mutating func kernelRange(
        _ objectClass: ObjectClass, _ token: RuleToken
    ) throws(LineProblem) -> KernelRange {
        guard objectClass == .published else {
            throw LineProblem(
                token.range, "'kernel' on an object of class \(objectClass)",
                remedy: "only a published object can be expected of the kernel")
        }
        let remedy = "write kernel 6.0.. or kernel 6.2..6.8, major and minor numbers only"
        let range = try require("the range after 'kernel'", remedy: remedy)
        guard let kernel = KernelRange(text(range.range)) else {
            throw LineProblem(range.range, "'\(text(range.range))' is no range of kernels", remedy: remedy)
        }
        return kernel
    }

    private mutating func lengthRange() throws(LineProblem) -> LengthRange {
        let possible = LengthRange.possible
        let remedy =
            "write dwords 3, dwords 3..4 or dwords 3.., the header's two included: "
            + "\(possible.lowerBound) to \(possible.upperBound)"
        let range = try require("the length after 'dwords'", remedy: remedy)
        guard let lengths = LengthRange(text(range.range)) else {
            throw LineProblem(range.range, "'\(text(range.range))' is no length of an object", remedy: remedy)
        }
        return lengths
    }
}
