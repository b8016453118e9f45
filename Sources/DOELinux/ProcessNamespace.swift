internal import Glibc

/// In which namespace of process numbers this process is.
public enum ProcessNamespace {
    /// The first one's file in procfs always has this number (PROC_PID_INIT_INO).
    private static let firstInode: UInt64 = 0xefff_fffc

    /// Whether it is the kernel's first one, so that numbers here are those of the kernel's trace; `nil` where procfs does
    /// not tell.
    public static var isFirst: Bool? {
        var status = stat()
        guard unsafe stat("/proc/self/ns/pid", &status) == 0 else { return nil }
        return UInt64(status.st_ino) == firstInode
    }
}
