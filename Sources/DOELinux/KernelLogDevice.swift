internal import Glibc
internal import SystemPackage

/// The kernel's log as programs write to it.
public enum KernelLogDevice {
    /// Where it is.
    public static let path = "/dev/kmsg"

    /// Opens it for writing; what stands there must be the kernel's log. In a container it may be anything: a
    /// console, or what swallows all.
    public static func open() throws(LinuxError) -> Descriptor { try open(path) }

    static func open(_ path: String) throws(LinuxError) -> Descriptor {
        var status = stat()
        // Before it is opened: what stands there may refuse that for a reason of its own, as a FIFO does.
        if unsafe stat(path, &status) == 0 { try check(status, path) }
        // Somebody's terminal must not become the daemon's.
        let number = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else {
            let error = LinuxError.last("open", path)
            throw LinuxError(error.call, path, error.errno, remedy: remedy(error, path))
        }
        let file = Descriptor(owning: number)
        guard unsafe fstat(number, &status) == 0 else { throw .last("look at", path) }
        try check(status, path)
        return file
    }

    private static func remedy(_ error: LinuxError, _ path: String) -> String {
        if error.isAbsence { return elsewhere(path) }
        // The kernel's own switch refuses so, and a list of devices.
        guard error.errno == .notPermitted else { return error.remedy(forWritingIn: path) }
        return "see whether \(KernelLogSwitch.isOffWords), or DeviceAllow= in the unit leaves \(path) out"
    }

    private static func elsewhere(_ path: String) -> String {
        "give the container the host's \(path), or look elsewhere for a host's last words"
    }

    /// Throws where this is something else.
    private static func check(_ status: stat, _ path: String) throws(LinuxError) {
        guard status.st_mode & S_IFMT != S_IFCHR || status.st_rdev != device else { return }
        let what =
            switch status.st_mode & S_IFMT {
            case S_IFREG: "a file"
            case S_IFDIR: "a directory"
            case S_IFIFO: "a FIFO"
            case S_IFSOCK: "a socket"
            default: "another device"
            }
        throw LinuxError(
            "write the kernel's log at", path, .noSuchAddressOrDevice,
            remedy: "something else stands there, \(what); \(elsewhere(path))")
    }

    /// Major number 1, minor number 11 (admin-guide/devices).
    private static let device = dev_t(1 << 8 | 11)
}
