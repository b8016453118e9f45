/// A probe that the kernel did not take in any spelling.
struct RefusedProbe: Hashable, Sendable {
    /// One spelling, and what the kernel says about it.
    struct Refusal: Hashable, Sendable {
        /// What was tried.
        let definition: ProbeDefinition
        /// The kernel's own words, or the error's.
        let reason: String
    }

    /// The probe.
    let probe: PlannedProbe
    /// Each spelling, in the order in which they were tried.
    let refusals: [Refusal]
}
