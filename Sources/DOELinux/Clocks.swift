internal import Glibc

/// The kernel's clocks in microseconds, the unit of the journal.
public enum Clocks {
    /// Wall clock, since 1970 (CLOCK_REALTIME).
    public static var realtimeMicroseconds: UInt64 { read(CLOCK_REALTIME) }
    /// Since boot, stopped while asleep (CLOCK_MONOTONIC), as journald's `_SOURCE_MONOTONIC_TIMESTAMP`.
    public static var monotonicMicroseconds: UInt64 { read(CLOCK_MONOTONIC) }
    /// The same in nanoseconds, as traces have it.
    public static var monotonicNanoseconds: UInt64 { nanoseconds(CLOCK_MONOTONIC) }
    /// Since boot, asleep or not (CLOCK_BOOTTIME).
    public static var boottimeMicroseconds: UInt64 { read(CLOCK_BOOTTIME) }

    private static func read(_ clock: clockid_t) -> UInt64 { nanoseconds(clock) / 1_000 }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
