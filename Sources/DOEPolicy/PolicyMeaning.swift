internal import DOEWords

/// What rules and object lines say, each spelled in one way whatever way it was written in: what a policy's digest is
/// taken over. Two policies that judge alike on every host need not be spelled alike here; two that may judge
/// differently are spelled differently.
///
/// Not part of it: blanks, comments, the case of hexadecimal digits, names of files and what stands in which of them,
/// the order inside a set and of a rule's conditions, sets that are named or written out, quotes that change nothing.
/// Users and groups stay names: to whom they belong is a matter of the host.
struct PolicyMeaning {
    private var objects: [String] = []
    private var rules: [String] = []

    /// Takes an object line; `pattern` is what it names, sets replaced by their values.
    mutating func add(_ line: ObjectLine, pattern: RuleValue) {
        objects.append(
            "object \(Self.text(pattern, .object)) \(line.objectClass) \(RuleValue.quote(line.name))"
                + (line.kernel.map { " kernel \($0)" } ?? "") + (line.lengths.map { " dwords \($0)" } ?? ""))
    }

    /// Takes a rule; `values` are those of its conditions, sets replaced by theirs.
    mutating func add(_ rule: Rule, values: [RuleValue]) {
        let conditions = zip(rule.conditions, values).map { condition, value in
            "\(condition.key.word)\(condition.negated ? "!=" : "=")\(Self.text(value, condition.key))"
        }
        // Without their conditions, only the verdict and the effects.
        let rest = Rule(
            verdict: rule.verdict, conditions: [], taint: rule.taint, asksDevice: rule.asksDevice,
            because: rule.because)
        rules.append((["\(rest)"] + conditions.sorted()).joined(separator: " "))
    }

    /// SHA-256 over all of it, a line each, object lines first: they are read before rules.
    var digest: SHA256Digest {
        SHA256Digest(of: (["doe-audit policy 2"] + objects + rules).map { "\($0)\n" }.joined().utf8)
    }

    /// The values, each once, in the order of their spelling.
    private static func text(_ value: RuleValue, _ key: RuleKey) -> String {
        if case .range(let low, let high) = value {
            return low == high ? text(.pattern([.text("\(low)")]), key) : "\(low)..\(high ?? .max)"
        }
        // Too many for a rule is an error of the rule.
        guard let alternatives = try? key.read(value).alternatives(stopsAtSlash: key == .exe) else { return "\(value)" }
        // By their bytes: strings that only look the same are equal to Swift, and are two names to Linux.
        var texts: Set<[UInt8]> = alternatives.none ? [Array("none".utf8)] : []
        for (index, glob) in alternatives.globs.enumerated() {
            let time = key == .until ? glob.literal.flatMap { Timestamp(rfc3339: $0) } : nil
            // Digits in quotes are a group's name.
            let mark = key == .group && alternatives.quoted.contains(index) ? "named " : ""
            texts.insert(Array((time?.text ?? mark + text(glob)).utf8))
        }
        let sorted = texts.sorted { $0.lexicographicallyPrecedes($1) }
        return "{\(sorted.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ","))}"
    }

    /// `"10de:"*`: what is literal stands in quotes.
    private static func text(_ glob: Glob) -> String {
        var text = ""
        var literal: [UInt8] = []
        func quoted() -> String { literal.isEmpty ? "" : RuleValue.quote(String(decoding: literal, as: UTF8.self)) }
        for element in glob.elements {
            if element < Glob.one {
                literal.append(UInt8(truncatingIfNeeded: element))
                continue
            }
            text += quoted() + (element == Glob.one ? "?" : "*")
            literal = []
        }
        return text + quoted()
    }
}
