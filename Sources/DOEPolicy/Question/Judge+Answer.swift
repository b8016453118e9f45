internal import DOEWords

/// What a judge says to a question.
public enum QuestionAnswer: Sendable {
    /// This, whatever is untold.
    case decided(Decided)
    /// It depends on what is untold.
    case cannotTell(Undecided)

    /// The decision; with what is untold as unknown where it depends on that.
    public var decision: Decision {
        switch self {
        case .decided(let decided): decided.explanation.decision
        case .cannotTell(let undecided): undecided.unknown
        }
    }

    /// The rule that decides, or that asks for what is untold.
    public var rule: RuleReference? {
        switch self {
        case .decided(let decided): decided.explanation.decision.rule
        case .cannotTell(let undecided): undecided.rule
        }
    }

    /// A verdict that holds whatever is untold.
    public struct Decided: Sendable {
        /// Who decides, and why; where facts are filled in, of one of the ways in which it can come out.
        public let explanation: Explanation
        /// What it is about, with all that was filled in.
        public let inquiry: Inquiry
        /// The keys of what is untold and was tried: whatever these are, the verdict is the same.
        public let whatever: [String]
    }

    /// One verdict or another.
    public struct Undecided: Sendable {
        /// The rule that asks for what is untold; `nil` where it is not one alone.
        public let rule: RuleReference?
        /// The keys that it asks for.
        public let keys: [String]
        /// What each rule before it failed on, and it itself.
        public let candidates: [Explanation.Candidate]
        /// One decision of each verdict that is possible, in the order of verdicts; empty where there is too much to
        /// try.
        public let possible: [Decision]
        /// The decision with what is untold as unknown.
        public let unknown: Decision

        /// `rule 50-site.rules:2 asks for device`
        public var sentence: String {
            let facts = keys.joined(separator: " and ")
            return rule.map { "rule \($0) asks for \(facts)" } ?? "the verdict depends on \(facts)"
        }
    }
}

extension Judge {
    /// Answers a question: with a verdict only where all that it does not tell makes no difference to it.
    public func answer(_ question: Question) -> QuestionAnswer {
        let decided = decideAsWhat(question.inquiry)
        let asked = decided.lacking & question.untold
        guard let outcomes = outcomes(of: question) else { return undecided(question, decided, asked, [:]) }
        guard outcomes.first.count == 1, let only = outcomes.first.values.first else {
            return undecided(question, decided, asked, outcomes.first)
        }
        guard asked != 0 else {
            return .decided(.init(explanation: explain(question.inquiry), inquiry: question.inquiry, whatever: []))
        }
        return .decided(
            .init(
                explanation: Explanation(decision: only.decision, candidates: []), inquiry: only.question.inquiry,
                whatever: RuleKey.words(of: outcomes.tried)))
    }

    private typealias Outcomes = [Verdict: (question: Question, decision: Decision)]

    /// The first of each verdict, and what was filled in on the way; `nil` where there is too much to try.
    private func outcomes(of question: Question) -> (first: Outcomes, tried: UInt32)? {
        var first: Outcomes = [:]
        var tried: UInt32 = 0
        var completions = Completions([self])
        do throws(Completions.TooMany) {
            try completions.walk(question) { filled, decisions throws(Completions.TooMany) in
                tried |= question.untold & ~filled.untold
                guard let decision = decisions.first, first[decision.verdict] == nil else { return }
                first[decision.verdict] = (filled, decision)
            }
            return (first, tried)
        } catch {
            return nil
        }
    }

    private func undecided(
        _ question: Question, _ decided: Decided, _ asked: UInt32, _ first: Outcomes
    ) -> QuestionAnswer {
        let rule = asked == 0 ? nil : decided.decision.rule
        var candidates = explain(question.inquiry).candidates
        if let rule, candidates.last?.rule == rule, let key = RuleKey.words(of: asked).first {
            candidates[candidates.count - 1] = .init(rule: rule, outcome: .untold(key: key))
        }
        return .cannotTell(
            .init(
                rule: rule, keys: RuleKey.words(of: asked == 0 ? RuleKey.spdm.bit : asked), candidates: candidates,
                possible: Verdict.allCases.compactMap { first[$0]?.decision }, unknown: decided.decision))
    }
}
