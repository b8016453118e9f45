internal import DOEWords

// Object lines: an object, its class and name, the kernels that use it, how long it is.
extension RuleStatementParser {
    private static let classes: [ObjectClass] = [.published, .vendor, .compliance, .unknown]
    private static let example = "write object 1e98:02 published \"CXL Table Access (CDAT)\" kernel 6.0.."

    mutating func objectLine(_ values: inout [Range<Int>]) throws(LineProblem) -> ObjectLine {
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
