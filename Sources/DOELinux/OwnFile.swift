internal import Glibc
internal import SystemPackage

/// A file of the daemon's own: a regular one, of this user or of root, to which nobody else may write. What is read
/// from it is what a daemon has written. No link is followed, nothing but such a file is opened, and nobody waits for
/// a pipe.
public struct OwnFile: Sendable {
    /// What it is opened for.
    public enum Use: Sendable {
        /// To be read.
        case reading
        /// To be read and written.
        case writing
    }

    /// A file at one moment: what is written to it, and who puts another one in its place, changes this.
    public struct Stamp: Hashable, Sendable {
        /// How many bytes it has.
        public let size: Int
        private let device: UInt64
        private let inode: UInt64
        /// When it was last changed, its mode and its names included, by the kernel's own clock.
        private let seconds: Int
        private let nanoseconds: Int

        fileprivate init(_ status: stat) {
            size = Int(status.st_size)
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            seconds = status.st_ctim.tv_sec
            nanoseconds = status.st_ctim.tv_nsec
        }

        /// Whether it is the same file, whatever became of it. That is certain only where one of the two is held
        /// open.
        public func isOfSameFile(as other: Self) -> Bool { device == other.device && inode == other.inode }
    }

    /// Where it was found.
    public let path: String
    /// It, opened.
    public let descriptor: Descriptor

    /// Opens the file at a path; `nil` where there is nothing. Anything else that lies there is an error which says
    /// what it is and what to do.
    public static func open(_ path: String, for use: Use = .reading) throws(LinuxError) -> OwnFile? {
        // A look first: to open a device may set it off.
        guard try stamp(of: path) != nil else { return nil }
        return try OwnFile(path, opened: try descriptor(path, use == .reading ? O_RDONLY : O_RDWR))
    }

    /// Opens a regular file of whomsoever, behind no link: for who reads a copy of it. ENOENT where nothing is there.
    public static func openRegular(_ path: String) throws(LinuxError) -> Descriptor {
        var found = stat()
        guard unsafe lstat(path, &found) == 0 else { throw .last("open", path) }
        try Stamp.check(regular: found, path)
        let file = try descriptor(path, O_RDONLY)
        try Stamp.check(regular: try status(of: file, path), path)
        return file
    }

    /// Whether anything has this name, also a link that leads nowhere.
    public static func isThere(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 || errno != ENOENT
    }

    /// A file that was opened otherwise, where it is one of the daemon's own.
    public init(_ path: String, opened descriptor: Descriptor) throws(LinuxError) {
        self.path = path
        self.descriptor = descriptor
        _ = try stamp()
    }

    /// The bytes of the file at a path; `nil` where there is nothing. More than `limit` are an error (EFBIG).
    public static func read(_ path: String, limit: Int) throws(LinuxError) -> [UInt8]? {
        try open(path)?.read(limit: limit)
    }

    /// What lies at a path now; `nil` where there is nothing.
    public static func stamp(of path: String) throws(LinuxError) -> Stamp? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            let error = LinuxError.last("look at", path)
            if error.isAbsence { return nil }
            throw error
        }
        return try Stamp(checking: status, path)
    }

    /// All its bytes. More than `limit` are an error (EFBIG).
    public func read(limit: Int) throws(LinuxError) -> [UInt8] {
        guard try stamp().size <= limit else { throw LinuxError("read", path, .fileTooLarge) }
        return try descriptor.readWhole(limit: limit, subject: path)
    }

    /// It, as it is now, whatever lies at its path.
    public func stamp() throws(LinuxError) -> Stamp {
        try Stamp(checking: try Self.status(of: descriptor, path), path)
    }

    private static func descriptor(_ path: String, _ access: Int32) throws(LinuxError) -> Descriptor {
        let number = unsafe Glibc.open(path, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        return Descriptor(owning: number)
    }

    private static func status(of file: Descriptor, _ path: String) throws(LinuxError) -> stat {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw .last("look at", path) }
        return status
    }
}

extension OwnFile.Stamp {
    /// Of what is a file of our own; anything else is an error.
    fileprivate init(checking status: stat, _ path: String) throws(LinuxError) {
        try Self.check(regular: status, path)
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw LinuxError(
                "use", "\(path), which belongs to uid \(status.st_uid)", .permissionDenied,
                remedy: "find out who put it there; if it is the right one, run 'chown \(geteuid()) \(path)'")
        }
        if let who = ExposedStep.others(whoMayWrite: status.st_mode) {
            throw LinuxError(
                "use", "\(path), to which \(who) may write", .permissionDenied,
                remedy: "find out who has changed it; if it is the right one, run 'chmod go-w \(path)'")
        }
        self.init(status)
    }

    fileprivate static func check(regular status: stat, _ path: String) throws(LinuxError) {
        let kind = status.st_mode & S_IFMT
        guard kind != S_IFREG else { return }
        throw LinuxError(
            "use", "\(path), which is \(words(for: kind)) and no file", .invalidArgument,
            remedy: kind == S_IFLNK
                ? "put the file that it leads to in the place of the link; where it leads nowhere, remove it"
                : "find out who put it there, and move it away")
    }

    private static func words(for kind: mode_t) -> String {
        switch kind {
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a pipe"
        case S_IFDIR: "a directory"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
