/// A probe that the kernel did not take in any spelling.
public struct RefusedProbe: Hashable, Sendable {
    /// One spelling, and what the kernel says about it.
    public struct Refusal: Hashable, Sendable {
        /// What was tried.
        public let definition: ProbeDefinition
        /// The kernel's own words, or the error's.
        public let reason: String
    }

    /// The probe.
    public let probe: PlannedProbe
    /// Each spelling, in the order in which they were tried.
    public let refusals: [Refusal]
}
