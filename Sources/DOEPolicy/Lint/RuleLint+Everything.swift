internal import DOEWords

// Rules that let everything pass, or nearly: none of their conditions names what may.
extension RuleLint {
    /// On the other roads nothing waits for a verdict, so no rule lets anything pass there.
    func everything(_ rule: CompiledRule) -> Finding? {
        guard rule.words.roads & WordBits.bit(.proxy as Road) != 0 else { return nil }
        let reaches = rule.conditions.map(\.reach)
        guard !reaches.contains(.named) else { return nil }
        let left = zip(rule.conditions, reaches).filter { $0.1 == .allButSome }.map { $0.0.words }
        let but = left.isEmpty ? "" : ", but for what \(left.joined(separator: " and ")) leaves out"
        return Finding(
            message: "this lets every object of everybody pass to every mailbox\(but)",
            remedy: "name the objects and who may send them: \(rule.verdict) object=0001:00 uid=0")
    }
}

/// How much of what clients ask a condition holds for.
private enum Reach {
    case everything
    /// All but what it names, or what is shut anyway.
    case allButSome
    /// What it names.
    case named
}

extension CompiledCondition {
    fileprivate var reach: Reach {
        if holdsForEverything { return .everything }
        switch (key, test) {
        case (.road, _), (.mode, _), (.via, _), (.until, _): return .everything
        case (.objectClass, .words(let bits)): return reach(ofClasses: bits)
        case (_, .objects): return negated ? .allButSome : .named
        case (_, .numbers(let numbers)): return reach(of: numbers)
        case (_, .texts(let texts)), (_, .names(let texts)): return reach(of: texts)
        case (_, .words), (_, .time): return .named
        }
    }

    /// Compliance is shut whatever a rule says.
    private func reach(ofClasses bits: UInt8) -> Reach {
        let left = WordBits.everyClass & ~(negated ? ~bits : bits)
        if left == 0 { return .everything }
        return negated || left == WordBits.bit(.compliance as ObjectClass) ? .allButSome : .named
    }

    /// Each client has a uid and a group, and some have no login.
    private func reach(of numbers: ConditionTest.Numbers) -> Reach {
        let isOfEach = key != .loginUID
        let named = NumberRanges(numbers)
        guard negated else {
            return isOfEach && NumberRanges([0...(UInt32.max - 1)]).isSubset(of: named) ? .everything : .named
        }
        guard numbers.range == nil, isOfEach || !numbers.none else { return .named }
        return numbers.exact.isEmpty ? .everything : .allButSome
    }

    private func reach(of texts: ConditionTest.Texts) -> Reach {
        let isAny = texts.globs.contains { $0.elements == [Glob.many] }
        if !negated {
            switch key {
            // What most requests are not.
            case .spdm, .compliance: return texts.none ? .allButSome : .named
            // Every mailbox of a device has them.
            case .address, .device, .pciClass: return isAny ? .allButSome : .named
            default: return .named
            }
        }
        guard !isAny else { return .named }
        // Who excludes what is not there means what is there, unless nearly all have it.
        return texts.none && ![.address, .device, .pciClass, .exe].contains(key) ? .named : .allButSome
    }
}
