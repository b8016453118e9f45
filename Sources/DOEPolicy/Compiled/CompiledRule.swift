internal import DOEWords

/// One rule, ready for use.
struct CompiledRule: Sendable {
    /// Whether a rule matches.
    enum Outcome: Hashable, Sendable {
        case matches
        case fails
        /// All that is known holds, and this key's fact could not be learned.
        case unknown(RuleKey)
    }

    /// The classes, roads and modes that a rule is for, one bit each, and whether it is for clients without a peer.
    struct Words: Sendable {
        let classes: UInt8
        let roads: UInt8
        let modes: UInt8
        /// Nobody vouches for a TCP client: only a rule that says `via` can be for it.
        let namesVia: Bool

        func hold(for subject: JudgedSubject) -> Bool {
            classes & subject.classBit != 0 && roads & subject.roadBit != 0 && modes & subject.modeBit != 0
                && (namesVia || !subject.isTCP)
        }
    }

    let verdict: Verdict
    /// What the rule sets by its `taint` effect.
    let taint: TaintLetters
    /// Whether who is let through by it gets no copy of an earlier answer.
    let asksDevice: Bool
    /// Put into its policy's table when the policy is made.
    var reference: RuleReference
    /// In the order in which they are written.
    let conditions: [CompiledCondition]
    /// Whether the rule says nothing of roads, and so is for proxy and kernel.
    let hasDefaultRoads: Bool
    /// Whether it names a user, group or program that is not there, in a way that makes it match nobody.
    let matchesNobody: Bool
    /// What class, road and mode allow, all conditions on them taken together.
    let words: Words

    init(
        verdict: Verdict, taint: TaintLetters, asksDevice: Bool, reference: RuleReference,
        conditions: [CompiledCondition], matchesNobody: Bool
    ) {
        func bits(_ key: RuleKey) -> UInt8 {
            for condition in conditions where condition.key == key {
                if case .words(let bits) = condition.test { return condition.negated ? ~bits : bits }
            }
            return WordBits.all
        }
        self.verdict = verdict
        self.taint = taint
        self.asksDevice = asksDevice
        self.reference = reference
        self.conditions = conditions
        self.matchesNobody = matchesNobody
        hasDefaultRoads = !conditions.contains { $0.key == .road }
        words = Words(
            classes: bits(.objectClass), roads: hasDefaultRoads ? WordBits.defaultRoads : bits(.road),
            modes: bits(.mode), namesVia: conditions.contains { $0.key == .via })
    }

    /// Decides the rule by itself.
    func outcome(_ inquiry: Inquiry, _ subject: JudgedSubject) -> Outcome {
        guard !matchesNobody, words.hold(for: subject) else { return .fails }
        var unknown: RuleKey?
        for condition in conditions {
            switch condition.outcome(inquiry, subject) {
            case .holds: break
            case .fails: return .fails
            case .unknown: unknown = unknown ?? condition.key
            }
        }
        return unknown.map(Outcome.unknown) ?? .matches
    }
}
