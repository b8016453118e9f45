internal import DOEWords

// What a rule asks for that nothing has at once.
extension RuleLint {
    /// Why nothing can match, whatever its conditions are by themselves.
    func conflict(_ rule: CompiledRule, _ search: inout MatchSearch) -> String? {
        guard let conflict = search.conflict(in: rule), !conflict.contains(where: Self.isForItsKernel) else {
            return nil
        }
        return Self.words(conflict)
    }

    /// Which objects are expected is for a kernel to say, and rules are for whichever is to run.
    private static func isForItsKernel(_ condition: CompiledCondition) -> Bool {
        guard condition.key == .objectClass, !condition.negated, case .words(let classes) = condition.test else {
            return false
        }
        return classes == WordBits.bit(ObjectClass.kernelExpected)
    }

    /// An exclusion beside which there is nothing to exclude.
    func idle(_ rule: CompiledRule, _ search: inout MatchSearch) -> [Finding] {
        rule.conditions.compactMap { condition in
            guard condition.negated, Self.excludes(condition.key) else { return nil }
            let meant = CompiledCondition(
                key: condition.key, negated: false, test: condition.test, wanted: condition.wanted)
            let others = rule.conditions.map { $0.key == condition.key ? meant : $0 }
            guard let conflict = search.conflict(in: rule.with(others)) else { return nil }
            return Finding(
                message: "\(condition.words) excludes nothing: \(Self.words(conflict))",
                remedy: "take it out, or name what it was to exclude")
        }
    }

    /// A class and an object may be excluded for the sake of another kernel, and words are so few that who excludes
    /// one of them may mean to be plain.
    private static func excludes(_ key: RuleKey) -> Bool {
        switch key {
        case .object, .objectClass, .road, .mode, .via, .until: false
        case .mailbox, .address, .device, .pciClass, .driver, .serial, .uid, .user, .group, .loginUID, .unit, .exe,
            .container, .spdm, .compliance:
            true
        }
    }

    private static func words(_ conditions: [CompiledCondition]) -> String {
        let words = conditions.map(\.words)
        let all = words.count == 1 ? words[0] : "\(words.dropLast().joined(separator: ", ")) and \(words.last ?? "")"
        // Then it is for these roads, though it does not say so.
        let roads = conditions.contains { $0.key == .road } ? "" : " on the roads proxy and kernel"
        return "nothing that is asked\(roads) has \(all)\(words.count == 1 ? "" : " at once")"
    }
}
