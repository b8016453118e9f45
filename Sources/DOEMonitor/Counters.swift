/// What the monitor has counted since it began.
public struct Counters: Hashable, Sendable {
    /// Exchanges that walked the road, refused ones included.
    public var exchanges: UInt64 = 0
    /// Exchanges that were refused.
    public var refused: UInt64 = 0
    /// Exchanges that the policy refused and that passed, since nothing was enforced.
    public var unenforced: UInt64 = 0
    /// Exchanges that were refused because no record could be kept.
    public var unrecorded: UInt64 = 0
    /// What was seen on other roads than the proxy's.
    public var observed: UInt64 = 0
    /// Exchanges of others that met one of ours.
    public var collisions: UInt64 = 0
    /// The last event that could not be put on record, and why; `nil` while none was lost. Exchanges do not count here:
    /// without a record they are refused.
    public var unrecordedEvent: String?
}
