extension Policy {
    /// Rules that are valid and hardly meant, in their order: what is wrong, and what to write instead.
    ///
    /// - Parameter unitExists: whether this host has a unit of that name.
    public func lint(unitExists: (String) -> Bool) -> [RuleWarning] {
        withoutActuallyEscaping(unitExists) { RuleLint(policy: self, unitExists: $0).findings() }
    }
}
