package import DOEWords

/// Something that was wrong with the witness' sight, and what became of it.
package struct ProbeFinding: Hashable, Sendable {
    /// How much of the sight it took.
    package enum Extent: Hashable, Sendable {
        /// All of it.
        case blind
        /// What these probes tell.
        case partly(Set<ProbeRole>)
    }

    /// What is wrong, and what to do.
    package let obstacle: Obstacle
    /// How much of the sight it took.
    package let extent: Extent
    /// Whether the witness has put it right again.
    package let isMended: Bool
    /// CLOCK_MONOTONIC, microseconds: when all was known to be right the last time.
    package let unseenSince: UInt64

    /// A finding from its parts.
    package init(obstacle: Obstacle, extent: Extent, isMended: Bool, unseenSince: UInt64) {
        self.obstacle = obstacle
        self.extent = extent
        self.isMended = isMended
        self.unseenSince = unseenSince
    }
}
