internal import DOEWords

// Rules under which nothing is left that could pass.
extension RuleLint {
    /// A rule that refuses everything, with nothing before it that lets anything pass, nor behind it that it does not
    /// cover.
    func shut(_ rule: CompiledRule, _ index: Int) -> Finding? {
        guard rule.verdict == .deny, rule.isForEverything,
            !policy.rules[..<index].contains(where: { $0.verdict != .deny && !$0.matchesNobody }),
            policy.rules[(index + 1)...].allSatisfy({ $0.verdict == .deny || rule.covers($0) })
        else { return nil }
        return Finding(
            message: "nothing can ever pass: this refuses everything, and no rule before it lets anything pass",
            remedy: "write what may pass before it, or take it out: what no rule allows is refused anyway")
    }
}

extension RuleLint {
    /// Where no rule lets anything pass: what none allows is refused without a rule.
    var nothing: RuleWarning? {
        policy.rules.first.map {
            RuleWarning(
                place: $0.reference.place, message: "nothing can ever pass: no rule lets anything of a client's pass",
                remedy: "write what may pass, allow object=0001:00 uid=0, or read the package's rules too")
        }
    }
}

extension CompiledRule {
    /// Whether all of its conditions always hold for what clients ask.
    fileprivate var isForEverything: Bool {
        conditions.allSatisfy { condition in
            switch condition.key {
            case .objectClass: words.classes & WordBits.everyClass == WordBits.everyClass
            case .road: words.roads & WordBits.bit(Road.proxy) != 0
            case .mode: words.modes & WordBits.everyMode == WordBits.everyMode
            default: condition.holdsForEverything
            }
        }
    }
}
