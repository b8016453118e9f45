// Set lines: a name, and the values that it stands for.
extension RuleStatementParser {
    mutating func set(_ values: inout [Range<Int>]) throws(LineProblem) -> NamedSet {
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
            value = RuleValue(written: string)
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
