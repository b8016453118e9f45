internal import DOEWords

/// What the witness has to say beside its sight.
struct WatchNotes: Sendable {
    /// Each way to a mailbox, and what is seen of it.
    var roads: [RoadSight] = []
    /// What it lacks since its start.
    var general: [Obstacle] = []
    /// Functions that nobody can look at now, and filters that are narrower than they should be.
    var current: [Obstacle] = []

    var troubles: [Obstacle] { general + current }
}
