public import DOEWords

extension Policy {
    /// Rules that are valid and hardly meant, in their order: what is wrong, and what to write instead.
    ///
    /// - Parameters:
    ///   - time: now; rules may end.
    ///   - unitBehind: of a name that is only another one of a unit of this host, that unit's own.
    ///   - unitExists: whether this host has a unit of that name.
    public func lint(
        at time: Timestamp, unitBehind: (String) -> String? = { _ in nil }, unitExists: (String) -> Bool
    ) -> [RuleWarning] {
        let unused = unusedSets.map {
            RuleWarning(
                place: $0.place, message: "no rule names this set", remedy: "take it out, or name it: key=@name")
        }
        return withoutActuallyEscaping(unitExists) { unitExists in
            withoutActuallyEscaping(unitBehind) { unitBehind in
                let lint = RuleLint(policy: self, time: time, unitExists: unitExists, unitBehind: unitBehind)
                return unused + absentPrograms + lint.findings()
            }
        }
    }
}
