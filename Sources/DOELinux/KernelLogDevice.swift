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
        // Somebody's terminal must not become the daemon's.
        let number = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else {
            let error = LinuxError.last("open", path)
            throw LinuxError(error.call, path, error.errno, remedy: error.remedy(forWritingIn: path))
        }
        let file = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == Self.device
        else {
            throw LinuxError(
                "write the kernel's log at", path, .noSuchAddressOrDevice,
                remedy: "something else stands there; give the container the host's \(path), or look elsewhere for a "
                    + "host's last words")
        }
        return file
    }

    /// Major number 1, minor number 11 (admin-guide/devices).
    private static let device = dev_t(1 << 8 | 11)
}
