internal import DOETrace
internal import DOEWords

extension ProbeFinding {
    /// Writes of the daemon's own that no probe has shown, as ``OwnAccesses/takeUnseen(before:counting:)`` counts
    /// them: those of others are not shown either. `since` is when all was known to be right, CLOCK_MONOTONIC in
    /// microseconds.
    static func unseenOwnWrites(_ count: UInt64, since: UInt64) -> ProbeFinding {
        ProbeFinding(
            obstacle: Obstacle(
                "no probe has shown \(count) of the daemon's own writes to mailboxes: others' may be unseen as well",
                remedy: "see with `doe-audit doctor` which probes fire; restart doe-auditd to plant them anew"),
            extent: .partly([.write32]), isMended: false, unseenSince: since)
    }
}
