internal import Synchronization

/// Indexes for inquiries of which some facts could not be learned, each made when it is first needed.
///
/// What a rule asks of an unknown fact is decided rule by rule; all else is looked up as ever. Which facts are unknown
/// changes what can be looked up, hence one index for each such set that has come up.
final class UnknownFactIndexes: Sendable {
    /// A client can make its unit, program, groups and uid unknown by being gone: these are at most 16 sets. With
    /// others it begins anew.
    private static let limit = 16

    private let made = Mutex<[UInt32: RuleIndex]>([:])

    /// The index for these unknown keys.
    func index(for unknown: UInt32, _ rules: [CompiledRule]) -> RuleIndex {
        made.withLock { made in
            if let known = made[unknown] { return known }
            if made.count >= Self.limit { made.removeAll() }
            let index = RuleIndex(rules, unknown: unknown)
            made[unknown] = index
            return index
        }
    }
}
