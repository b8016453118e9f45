internal import CLinux
internal import Glibc

/// The kernel's own files, and nothing that was mounted in their place.
public enum Procfs {
    /// The bytes of `/proc/NAME`.
    ///
    /// A container or somebody with mount rights can put another file there. Such a file is refused (EXDEV): the
    /// directory must be procfs's root, and the file must lie on that same mount.
    ///
    /// - Parameter directory: where procfs is mounted.
    public static func read(
        _ name: String, limit: Int = 65536, directory: String = "/proc"
    ) throws(LinuxError) -> [UInt8] {
        try open(name, directory: directory).readWhole(limit: limit, subject: "\(directory)/\(name)")
    }

    /// Opens `/proc/NAME` for reading, under the same conditions.
    public static func open(_ name: String, directory: String = "/proc") throws(LinuxError) -> Descriptor {
        let path = "\(directory)/\(name)"
        let number = unsafe clinux_open_procfs(directory, name)
        guard number >= 0 else {
            throw LinuxError.last(
                "open", path,
                remedy: errno == EXDEV
                    ? "it is not the kernel's own: look for what is mounted there, with findmnt" : nil)
        }
        return Descriptor(owning: number)
    }
}
