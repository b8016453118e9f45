/// Searches for texts, each done once: most questions about the same rules lead to the same few.
struct TextSearch {
    /// More places in patterns than this are not looked at, in all searches together.
    static let stepLimit = 4_000_000

    private struct Sought: Hashable {
        let patterns: [[Glob.Element]]
        let forms: [ValueShape]
        let key: RuleKey
    }

    private var steps: Int
    private var known: [Sought: [String]?] = [:]

    init(stepLimit: Int = stepLimit) { steps = stepLimit }

    /// One text of these forms for each way in which the patterns match; `nil` where there is more to look at than
    /// anybody would wait for.
    mutating func find(_ globs: [Glob], of shapes: [ValueShape], _ key: RuleKey) -> [String]? {
        let sought = Sought(patterns: globs.map(\.elements), forms: shapes, key: key)
        if let found = known[sought] { return found }
        let found = steps < 0 ? nil : TextWitnesses(globs, of: shapes).find(steps: &steps) { key.isValue($0) }
        known[sought] = .some(found)
        return found
    }
}
