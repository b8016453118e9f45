internal import DOEWords

// A rule covers a later one if it decides wherever that one would. Each answer "yes" is certain; "no" may also mean that
// it could not be told. Unknown facts change nothing: a covering rule that asks for one refuses before the later rule is
// reached, and it asks for nothing else than that one does, or for what holds of everything.
extension CompiledRule {
    /// Whether this rule, standing earlier, leaves the later one nothing to decide.
    func covers(_ later: CompiledRule) -> Bool {
        guard !matchesNobody, words.covers(later.words), transports & later.transports == later.transports else {
            return false
        }
        return conditions.allSatisfy { condition in
            switch condition.key {
            case .objectClass, .road, .mode, .via: true
            default:
                condition.holdsForEverything
                    || later.conditions.contains { $0.key.asksTheSame(as: condition.key) && condition.covers($0) }
            }
        }
    }

    /// The transports that the rule is for, one bit each, and what does not exist.
    var transports: UInt8 {
        for condition in conditions where condition.key == .via {
            if case .words(let bits) = condition.test { return condition.negated ? ~bits : bits }
        }
        return ~WordBits.bit(Client.Transport.tcp)
    }
}

extension CompiledRule.Words {
    fileprivate func covers(_ later: Self) -> Bool {
        func covers(_ own: UInt8, _ theirs: UInt8, _ possible: UInt8) -> Bool { theirs & possible & ~own == 0 }
        return covers(classes, later.classes, WordBits.everyClass) && covers(roads, later.roads, WordBits.everyRoad)
            && covers(modes, later.modes, WordBits.everyMode)
    }
}

extension RuleKey {
    /// uid= and user= compare the same number.
    func asksTheSame(as other: RuleKey) -> Bool {
        self == other || (self == .uid && other == .user) || (self == .user && other == .uid)
    }

    /// A client has several groups, a request several names: such a condition asks whether any of them is meant.
    fileprivate var mayHaveSeveral: Bool { self == .group || self == .spdm || self == .compliance }
}

extension CompiledCondition {
    /// Whether there is nothing for which it fails.
    var holdsForEverything: Bool {
        guard !negated else { return false }
        switch test {
        case .words, .time: return false
        case .objects(let masks): return masks.contains { $0.mask == 0 }
        case .numbers(let numbers): return numbers.none && NumberRanges(numbers) == .everything
        case .texts(let texts), .names(let texts):
            return (texts.none || !key.mayBeNone)
                && texts.globs.contains { $0.elements == [Glob.many] && !$0.stopsAtSlash }
        }
    }

    /// Whether it holds wherever the other one does, which asks for the same fact.
    func covers(_ other: CompiledCondition) -> Bool {
        if key.mayHaveSeveral, negated != other.negated { return false }
        switch (test, other.test) {
        case (.objects(let own), .objects(let theirs)): return Self.covers(own, negated, theirs, other.negated)
        case (.numbers(let own), .numbers(let theirs)):
            // Of several values it is the named ones that must lie within each other, whichever way.
            if key.mayHaveSeveral {
                return negated ? Self.holds(own, within: theirs) : Self.holds(theirs, within: own)
            }
            let (mine, mineNone) = Self.set(own, negated)
            let (other, otherNone) = Self.set(theirs, other.negated)
            return other.isSubset(of: mine) && (mineNone || !otherNone)
        case (.time(let own), .time(let theirs)): return own >= theirs
        case (.texts(let own), .texts(let theirs)), (.names(let own), .names(let theirs)):
            switch (negated, other.negated) {
            case (false, false): return Self.holds(theirs, within: own)
            case (true, true): return Self.holds(own, within: theirs)
            case (true, false):
                return theirs.globs.isEmpty && !(own.none && theirs.none)
                    && !theirs.exact.contains { own.matches($0.string) }
            case (false, true): return false
            }
        default: return false
        }
    }

    private static func covers(
        _ own: [ObjectMask], _ isNegated: Bool, _ theirs: [ObjectMask], _ theirsIsNegated: Bool
    ) -> Bool {
        switch (isNegated, theirsIsNegated) {
        case (false, false): theirs.allSatisfy { mask in own.contains { $0.covers(mask) } }
        case (true, true): own.allSatisfy { mask in theirs.contains { $0.covers(mask) } }
        case (true, false): theirs.allSatisfy { mask in own.allSatisfy { !$0.meets(mask) } }
        case (false, true): false
        }
    }

    private static func set(_ numbers: ConditionTest.Numbers, _ isNegated: Bool) -> (NumberRanges, none: Bool) {
        let ranges = NumberRanges(numbers)
        return isNegated ? (ranges.complement, !numbers.none) : (ranges, numbers.none)
    }

    private static func holds(_ inner: ConditionTest.Numbers, within outer: ConditionTest.Numbers) -> Bool {
        (outer.none || !inner.none) && NumberRanges(inner).isSubset(of: NumberRanges(outer))
    }

    private static func holds(_ inner: ConditionTest.Texts, within outer: ConditionTest.Texts) -> Bool {
        (outer.none || !inner.none) && inner.exact.allSatisfy { outer.matches($0.string) }
            && inner.globs.allSatisfy { glob in outer.globs.contains { $0.covers(glob) } }
    }
}

extension ObjectMask {
    /// Whether every object of the other set is in this one.
    func covers(_ other: ObjectMask) -> Bool { mask & other.mask == mask && other.value & mask == value }

    /// Whether the two sets have an object in common.
    func meets(_ other: ObjectMask) -> Bool { (value ^ other.value) & mask & other.mask == 0 }
}
