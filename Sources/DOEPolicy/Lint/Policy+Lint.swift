public import DOEWords

extension Policy {
    /// Rules that are valid and hardly meant, in their order: what is wrong, and what to write instead.
    ///
    /// - Parameters:
    ///   - time: now; rules may end.
    ///   - unitExists: whether this host has a unit of that name.
    public func lint(at time: Timestamp, unitExists: (String) -> Bool) -> [RuleWarning] {
        let unused = unusedSets.map {
            RuleWarning(
                place: $0.place, message: "no rule names this set", remedy: "take it out, or name it: key=@name")
        }
        return withoutActuallyEscaping(unitExists) {
            unused + absentPrograms + RuleLint(policy: self, time: time, unitExists: $0).findings()
        }
    }
}
