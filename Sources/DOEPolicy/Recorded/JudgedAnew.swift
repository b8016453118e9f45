public import DOEWords

/// What a policy makes of an exchange of which only the record is left.
public struct JudgedAnew: Hashable, Sendable {
    /// The decisions that are possible with what the record says, in the order of the rules; never empty. Where there are
    /// many, a few for each verdict.
    public let possible: [Decision]
    /// What the record lacks to tell which of them; empty where it is decided.
    public let lacking: [UnrecordedFact]

    /// The decision, where whatever the record lacks changes nothing in the verdict.
    public var decision: Decision? { lacking.isEmpty ? possible.first : nil }

    /// The verdicts that are possible.
    public var verdicts: [Verdict] {
        // What a request carries may shut a door that its object finds open.
        let all = Set(possible.map(\.verdict)).union(lacking.contains(.carried) ? [.deny] : [])
        return Verdict.allCases.filter(all.contains)
    }

    /// Who decides: `50-site.rules:3`, or several where it depends on what the record lacks.
    public var decidedBy: String {
        var names: [String] = []
        for decision in possible where !names.contains(decision.decidedBy) { names.append(decision.decidedBy) }
        return names.joined(separator: " or ")
    }
}
