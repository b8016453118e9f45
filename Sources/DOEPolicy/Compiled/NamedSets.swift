internal import DOEWords

/// The set lines that have been read so far.
///
/// A set stands before the rules that name it. So one reading is enough, no set can lead back to itself, and what a
/// rule means never depends on a file that comes later. A rule is compiled as if the values stood in it: a decision
/// knows nothing of sets.
struct NamedSets {
    private struct Known {
        let value: RuleValue
        let reference: RuleReference
        var isUsed = false
    }

    private var known: [String: Known] = [:]
    /// The names in the order in which they were read.
    private var names: [String] = []

    /// Takes a set line.
    mutating func add(_ set: NamedSet, at range: Range<Int>, _ reference: RuleReference) throws(LineProblem) {
        if let first = known[set.name] {
            throw LineProblem(
                range, "a second set '\(set.name)'",
                remedy: "the first is \(first.reference): give this one its own name")
        }
        known[set.name] = Known(value: set.value, reference: reference)
        names.append(set.name)
    }

    /// The values of a set that somebody names.
    mutating func value(of name: String, at range: Range<Int>) throws(LineProblem) -> RuleValue {
        guard let found = known[name] else {
            let example = "write it before this line, or in a file with an earlier name: set \(name)={…}"
            throw LineProblem(
                range, "no set '\(name)' stands before this line",
                remedy: NearestWord.to(name, among: names).map { "did you mean '@\($0)'?" } ?? example)
        }
        known[name]?.isUsed = true
        return found.value
    }

    /// A value, or that of the set that it names.
    func resolved(_ value: RuleValue) -> RuleValue {
        guard case .named(let name) = value, let found = known[name] else { return value }
        return found.value
    }

    /// Each as it is written, in the order in which they were read.
    var lines: [RuleReference] { names.compactMap { known[$0]?.reference } }

    /// Those that nobody named.
    var unused: [RuleReference] { names.compactMap { known[$0] }.filter { !$0.isUsed }.map(\.reference) }
}
