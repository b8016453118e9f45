/// How much the witness sees at the moment, and since when.
public struct Sight: Hashable, Sendable {
    /// Wall clock, microseconds: since when it sees, or since when it is blind.
    public let since: UInt64
    /// Where the time began that ended at `since` and in which nobody looked; `nil` where it is not known, or while
    /// it is blind from its start.
    public let unseenSince: UInt64?
    /// Why it is blind; `nil` while it sees.
    public let blindness: Obstacle?
    /// Each road on which a mailbox can be reached, in the order in which they matter.
    public let roads: [RoadSight]
    /// Events that were lost since the start of the daemon, in the kernel's buffers or by probes that missed.
    public let missed: UInt64

    /// A sight from its parts.
    public init(
        since: UInt64, unseenSince: UInt64? = nil, blindness: Obstacle?, roads: [RoadSight], missed: UInt64
    ) {
        self.since = since
        self.unseenSince = unseenSince
        self.blindness = blindness
        self.roads = roads
        self.missed = missed
    }

    /// Whether it sees anything.
    public var isBlind: Bool { blindness != nil }
}
