internal import Glibc

/// A kind of namespace of which the kernel's first one, the host's, has a fixed number in procfs (linux/proc_ns.h).
public enum ProcessNamespace: UInt64, Sendable {
    /// Process numbers: PROC_PID_INIT_INO.
    case pid = 0xefff_fffc
    /// Roots of control groups: PROC_CGROUP_INIT_INO.
    case cgroup = 0xefff_fffb

    /// Whether this process is in the kernel's first namespace of process numbers, so that numbers here are those of the
    /// kernel's trace; `nil` where procfs does not tell.
    public static var isFirst: Bool? { ProcessNamespace.pid.isFirst(for: "/proc/self") }

    /// Whether the process with this folder in procfs is in the kernel's first one; `nil` where procfs does not tell.
    func isFirst(for folder: String) -> Bool? {
        var status = stat()
        guard unsafe stat("\(folder)/ns/\(self)", &status) == 0 else { return nil }
        return UInt64(status.st_ino) == rawValue
    }
}
