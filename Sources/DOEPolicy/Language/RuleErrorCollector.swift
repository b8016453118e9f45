/// Gathers all that is wrong in a load, so that an administrator mends it in one go.
struct RuleErrorCollector {
    private(set) var errors: [RuleError] = []
    private(set) var count = 0

    mutating func add(_ place: @autoclosure () -> SourcePlace, _ message: String, remedy: String?) {
        count += 1
        guard errors.count < RuleLimits.keptErrors else { return }
        errors.append(RuleError(place: place(), message: message, remedy: remedy))
    }

    /// Throws where anything was wrong.
    func check() throws(PolicyError) {
        if count > 0 { throw PolicyError(errors: errors, count: count) }
    }
}
