public import DOEWords

/// What the witness has to say about its own sight. Each is recorded, and taints the host with N; but a first sight that
/// began with the boot, within two minutes, does not taint.
public enum SightNews: Hashable, Sendable {
    /// It sees from now on. `unseenSince` is where the time begins in which nobody looked: the host's boot, or the end of
    /// the sight that was before; wall clock, microseconds.
    case sees(unseenSince: UInt64, isFirstSinceBoot: Bool)
    /// It does not see any more, or not at all.
    case blind(Obstacle)
    /// It sees, and has missed so many events: where they were lost.
    case missed(count: UInt64, place: String)
}
