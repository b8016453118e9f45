internal import DOEWords

/// Who made an access, when, and through which door.
struct ObservedAccess: Hashable {
    /// CLOCK_MONOTONIC, nanoseconds.
    let time: UInt64
    let thread: Int32
    let way: AccessWay
}
