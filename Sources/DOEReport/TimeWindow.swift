/// A stretch of time, both ends inclusive, microseconds since 1970.
struct TimeWindow: Hashable, Sendable {
    let since: UInt64
    let until: UInt64

    init(since: UInt64? = nil, until: UInt64? = nil) {
        self.since = since ?? 0
        self.until = max(self.since, until ?? .max)
    }

    /// Whether it leaves anything out.
    var isBounded: Bool { since > 0 || until < .max }
}
