public import DOEWords

/// Something that was wrong with the witness' sight, and what became of it.
public struct ProbeFinding: Hashable, Sendable {
    /// How much of the sight it took.
    public enum Extent: Hashable, Sendable {
        /// All of it.
        case blind
        /// What these probes tell.
        case partly(Set<ProbeRole>)
    }

    /// What is wrong, and what to do.
    public let obstacle: Obstacle
    /// How much of the sight it took.
    public let extent: Extent
    /// Whether the witness has put it right again.
    public let isMended: Bool
    /// CLOCK_MONOTONIC, microseconds: when all was known to be right the last time.
    public let unseenSince: UInt64
}
