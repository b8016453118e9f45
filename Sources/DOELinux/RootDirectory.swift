internal import CLinux

/// The directory that a process calls `/`.
struct RootDirectory: Hashable {
    private let device: UInt64
    private let inode: UInt64

    /// That of the process with this folder in procfs; `nil` where it cannot be told.
    ///
    /// What the kernel knows of it is taken, and its file system is not asked: a client can have one that never answers.
    init?(of folder: String) {
        var (device, inode) = (UInt64(0), UInt64(0))
        guard unsafe clinux_known_file("\(folder)/root", &device, &inode) == 0 else { return nil }
        self.device = device
        self.inode = inode
    }

    /// The host's, which is that of its first process. Where that one may not be looked at, it is this process' own, unless
    /// this one is in a container itself.
    static let host: RootDirectory? =
        RootDirectory(of: "/proc/1")
        ?? (ProcessNamespace.cgroup.isFirst(for: "/proc/self") == true ? RootDirectory(of: "/proc/self") : nil)
}
