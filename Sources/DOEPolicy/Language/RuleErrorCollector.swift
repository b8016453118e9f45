/// Gathers all that is wrong in a load, so that an administrator mends it in one go.
struct RuleErrorCollector {
    private(set) var errors: [RuleError] = []
    private(set) var count = 0

    mutating func add(_ place: @autoclosure () -> SourcePlace, _ message: String, remedy: String?) {
        count += 1
        guard errors.count < RuleLimits.keptErrors else { return }
        errors.append(RuleError(place: place(), message: message, remedy: remedy))
    }

    /// Puts the errors from a position on, those of one file, into the order of its lines.
    mutating func sortByLine(from position: Int) {
        let sorted = errors[position...].sorted { $0.place.line < $1.place.line }
        errors.replaceSubrange(position..., with: sorted)
    }

    /// Throws where anything was wrong.
    func check() throws(PolicyError) {
        if count > 0 { throw PolicyError(errors: errors, count: count) }
    }
}
