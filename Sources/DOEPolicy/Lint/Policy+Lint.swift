public import DOEWords

extension Policy {
    /// Rules that are valid and hardly meant, in their order: what is wrong, and what to write instead.
    ///
    /// - Parameters:
    ///   - time: now; rules may end.
    ///   - areNamesKnown: whether names have the numbers that they have where the rules are for.
    ///   - unitBehind: of a name that is only another one of a unit of this host, that unit's own.
    ///   - exposure: how somebody else than root may put another program at a path; of a folder, into it: `everybody
    ///     may put something else into /opt`.
    ///   - program: what the path of a program comes to on this host.
    ///   - entries: the names in a folder of this host; `nil` where they cannot be read.
    ///   - unitExists: whether this host has a unit of that name.
    public func lint(
        at time: Timestamp, areNamesKnown: Bool = true, unitBehind: @escaping (String) -> String? = { _ in nil },
        exposure: @escaping (_ path: String, _ isFolder: Bool) -> String? = { _, _ in nil },
        program: @escaping (_ path: String) -> PathLookup = { _ in .there },
        entries: @escaping (_ folder: String) -> [String]? = { _ in nil },
        unitExists: @escaping (String) -> Bool
    ) -> [RuleWarning] {
        let unused = unusedSets.map {
            RuleWarning(
                place: $0.place, message: "no rule names this set", remedy: "take it out, or name it: key=@name")
        }
        let lint = RuleLint(
            policy: self, time: time, unitExists: unitExists, unitBehind: unitBehind,
            areNamesKnown: areNamesKnown, exposure: exposure, program: program, entries: entries)
        return unused + absentPrograms + lint.findings()
    }
}
