/// A moment by the two clocks that a lease goes by, microseconds.
public struct LeaseTime: Hashable, Sendable {
    /// Since boot, asleep or not (CLOCK_BOOTTIME): nobody can set it.
    public let sinceBoot: UInt64
    /// Since 1970 (CLOCK_REALTIME): it can be set.
    public let wallClock: UInt64

    /// A moment from its two times.
    public init(sinceBoot: UInt64, wallClock: UInt64) {
        self.sinceBoot = sinceBoot
        self.wallClock = wallClock
    }

    /// So many microseconds later.
    public func adding(_ microseconds: UInt64) -> LeaseTime {
        LeaseTime(
            sinceBoot: sinceBoot.addingCapped(microseconds), wallClock: wallClock.addingCapped(microseconds))
    }
}

extension UInt64 {
    fileprivate func addingCapped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
