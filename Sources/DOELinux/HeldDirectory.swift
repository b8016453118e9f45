internal import CLinux
internal import Glibc

/// A directory that is held open: what is asked of it is asked of that directory, whatever is mounted over its path
/// or taken away from there later. Paths are relative to it.
public final class HeldDirectory: Sendable {
    /// Where it was found, for messages.
    public let path: String
    private let descriptor: Descriptor

    /// Opens it.
    public init(_ path: String) throws(LinuxError) {
        let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        self.path = path
        descriptor = Descriptor(owning: number)
    }

    /// Throws where its path leads elsewhere by now (ENOENT), or nowhere.
    public func requirePlace() throws(LinuxError) { try descriptor.requirePlace(at: path) }

    /// Whether it is in a tracefs of the kernel's.
    public var isTracefs: Bool { clinux_is_tracefs(descriptor.number) == 1 }

    /// The control group that has this number in the hierarchy that this is in; `nil` where none has.
    func controlGroup(_ number: UInt64) -> Descriptor? {
        let opened = clinux_cgroup_open(descriptor.number, number)
        return opened >= 0 ? Descriptor(owning: opened) : nil
    }

    /// A file's bytes; one of more than `limit` bytes is an error (EFBIG).
    public func read(_ name: String, limit: Int = 1 << 20) throws(LinuxError) -> [UInt8] {
        try open(name, O_RDONLY).readWhole(limit: limit, subject: full(name))
    }

    /// How a file is opened to be written.
    public enum WriteMode: Hashable, Sendable {
        /// As it is.
        case inPlace
        /// To add to what it has.
        case append
        /// Emptied first.
        case truncate
    }

    /// Writes into a file that is there, in one call.
    public func write(_ bytes: [UInt8], to name: String, _ mode: WriteMode = .inPlace) throws(LinuxError) {
        let flags =
            switch mode {
            case .inPlace: O_WRONLY
            case .append: O_WRONLY | O_APPEND
            case .truncate: O_WRONLY | O_TRUNC
            }
        try open(name, flags).write(bytes, subject: full(name))
    }

    /// Opens a file for reading that never makes its reader wait.
    public func openNonBlocking(_ name: String) throws(LinuxError) -> Descriptor {
        try open(name, O_RDONLY | O_NONBLOCK)
    }

    /// Makes a directory.
    public func makeDirectory(_ name: String) throws(LinuxError) {
        guard unsafe mkdirat(descriptor.number, name, 0o700) == 0 else { throw .last("mkdir", full(name)) }
    }

    /// Removes a directory.
    public func removeDirectory(_ name: String) throws(LinuxError) {
        guard unsafe unlinkat(descriptor.number, name, AT_REMOVEDIR) == 0 else { throw .last("rmdir", full(name)) }
    }

    /// Whether there is something of this name; throws where this process may not look.
    public func has(_ name: String) throws(LinuxError) -> Bool {
        if unsafe faccessat(descriptor.number, name, F_OK, 0) == 0 { return true }
        let error = LinuxError.last("look for", full(name))
        guard error.isAbsence else { throw error }
        return false
    }

    /// Whether this is a plain file that its owner may both read and write, by its mode. Root may open any: and of
    /// some of the kernel's the opening alone does something.
    public func isForReadingAndWriting(_ name: String) -> Bool {
        var status = stat()
        guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o600 == 0o600
    }

    /// The names in a directory, without `.` and `..`, in no order.
    public func names(in name: String) throws(LinuxError) -> [String] {
        let number = unsafe openat(descriptor.number, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", full(name)) }
        guard let stream = DirectoryStream(taking: number) else { throw .last("read", full(name)) }
        return stream.names()
    }

    private func full(_ name: String) -> String { "\(path)/\(name)" }

    private func open(_ name: String, _ flags: Int32) throws(LinuxError) -> Descriptor {
        let number = unsafe openat(descriptor.number, name, flags | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", full(name)) }
        return Descriptor(owning: number)
    }
}
