/// The directory that a process calls `/`.
struct RootDirectory: Hashable {
    private let file: FileNumber

    /// That of the process with this folder in procfs; `nil` where it cannot be told.
    init?(of folder: String) {
        guard let file = FileNumber(at: "\(folder)/root") else { return nil }
        self.file = file
    }

    /// The host's, which is that of its first process. Where that one may not be looked at, it is this process' own,
    /// unless this one is in a container itself.
    static let host: RootDirectory? =
        RootDirectory(of: "/proc/1")
        ?? (ProcessNamespace.cgroup.isFirst(for: "/proc/self") == true ? RootDirectory(of: "/proc/self") : nil)
}
