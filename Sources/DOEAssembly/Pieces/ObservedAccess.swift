internal import DOEWords

/// Who made an access, when, and on which road.
struct ObservedAccess: Hashable {
    /// CLOCK_MONOTONIC, nanoseconds.
    let time: UInt64
    let thread: Int32
    let way: AccessWay

    var road: Road {
        switch way {
        case .kernel: .kernel
        case .vfio: .passthrough
        case .sysfs, .proc, .unknown: .bypass
        }
    }
}
