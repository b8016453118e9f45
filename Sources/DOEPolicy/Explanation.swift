/// A decision, with what each rule that could have decided came to.
public struct Explanation: Hashable, Sendable {
    /// A rule for the object that was asked for.
    public struct Candidate: Hashable, Sendable {
        /// What became of it.
        public enum Outcome: Hashable, Sendable {
            /// It decided.
            case matched
            /// The first condition that does not hold: `uid is 1000, the rule wants 0`.
            case failed(String)
            /// The key of a fact that could not be learned; the request is refused because of it.
            case unknownFact(key: String)
            /// The key of a fact that whoever asks has not told.
            case untold(key: String)
            /// It names only users, groups or programs that this host does not have.
            case matchesNobody
        }

        /// The rule.
        public let rule: RuleReference
        /// What became of it.
        public let outcome: Outcome

        /// `90-doe-audit.rules:12: uid is 1000, the rule wants 0`
        public var sentence: String {
            switch outcome {
            case .matched: "\(rule): matches"
            case .failed(let why): "\(rule): \(why)"
            case .unknownFact(let key): "\(rule): \(key) could not be learned"
            case .untold(let key): "\(rule): asks for \(key), which was not told"
            case .matchesNobody: "\(rule): it names a user, group or program that this host does not have"
            }
        }
    }

    /// What `Judge.decide` says.
    public let decision: Decision
    /// The rules for this object in their order, up to the one that decided. None where the gatekeeper or an object
    /// line decided, since no rule was asked then.
    public let candidates: [Candidate]
}
