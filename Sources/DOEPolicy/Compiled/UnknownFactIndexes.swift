internal import Synchronization

/// Indexes for inquiries of which some facts could not be learned, each made when it is first needed.
///
/// Which facts are unknown changes what can be looked up, hence one index for each such set that has come up.
final class UnknownFactIndexes: Sendable {
    private final class Held: Sendable {
        let index: RuleIndex

        init(_ index: RuleIndex) { self.index = index }
    }

    /// What a client can make unknown: its program, its container, all that is read of its process, and whatever there is
    /// of it. These are few sets. With more than 16 it begins anew.
    private static let limit = 16

    private let made = Mutex<[UInt32: Held]>([:])

    /// The first rule that may match where these keys are unknown: all that it asks of other facts holds.
    func first(
        _ unknown: UInt32, _ rules: [CompiledRule], _ inquiry: Inquiry, _ subject: JudgedSubject
    ) -> RuleIndex.Found? {
        held(for: unknown, rules).index.first(inquiry, subject)
    }

    private func held(for unknown: UInt32, _ rules: [CompiledRule]) -> Held {
        made.withLock { made in
            if let known = made[unknown] { return known }
            if made.count >= Self.limit { made.removeAll() }
            let held = Held(RuleIndex(rules, unknown: unknown))
            made[unknown] = held
            return held
        }
    }
}
