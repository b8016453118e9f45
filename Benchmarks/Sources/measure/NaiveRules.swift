internal import DOEPolicy
internal import DOEWords

/// The rules of the benchmark, tried one after the other until one matches: what a policy that is not compiled costs.
///
/// Numbers and texts are ready as the judge has them, so that nothing is compared but looking at each rule.
struct NaiveRules {
    private struct Rule {
        let object: ObjectID
        let unit: String?
        let allows: Bool
    }

    private var rules: [Rule] = []

    mutating func add(_ object: ObjectID, unit: String?, allows: Bool) {
        rules.append(Rule(object: object, unit: unit, allows: allows))
    }

    /// The number of the first rule that matches, and what it says; `nil` where none does.
    func first(_ inquiry: Inquiry) -> (rule: Int, allows: Bool)? {
        for (index, rule) in rules.enumerated() where rule.object == inquiry.object {
            guard let unit = rule.unit else { return (index, rule.allows) }
            if case .known(unit) = inquiry.client.unit { return (index, rule.allows) }
        }
        return nil
    }
}
