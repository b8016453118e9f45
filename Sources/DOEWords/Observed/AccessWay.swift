/// Through which of the kernel's doors an access came, in the words of ``RoadSight/way``.
public enum AccessWay: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// A function's `config` in sysfs.
    case sysfs = "sysfs config"
    /// A function's file below /proc/bus/pci.
    case proc = "/proc/bus/pci"
    /// No file: a write on behalf of a process, at a function that is lent to a guest.
    case vfio = "vfio-pci"
    /// No file, and no guest either.
    case unknown
    /// The kernel, for itself.
    case kernel

    /// The words.
    public var description: String { rawValue }

    /// The road on which somebody is who came through it. A write through no file is somebody's all the same.
    public var road: Road {
        switch self {
        case .kernel: .kernel
        case .vfio: .passthrough
        case .sysfs, .proc, .unknown: .bypass
        }
    }
}
