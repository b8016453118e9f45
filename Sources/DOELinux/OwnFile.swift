internal import Glibc
internal import SystemPackage

/// A file of the daemon's own, opened as what it was made as: a regular file, behind no link.
///
/// Whatever else has its name is told by its kind. A pipe keeps nobody waiting, and no device is opened.
public enum OwnFile {
    /// What it is opened for.
    public enum Use: Hashable, Sendable {
        case reading
        case writing
        case both
    }

    /// Opens a file that has to belong to this user or to root, and that nobody else may write to. ENOENT where nothing
    /// is there.
    public static func open(_ path: String, for use: Use) throws(LinuxError) -> Descriptor {
        let file = try openRegular(path, for: use)
        let status = try status(of: file, path)
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw LinuxError(
                "open", "\(path), which belongs to uid \(status.st_uid)", .permissionDenied,
                remedy: "find out who gave it away, then run 'chown \(geteuid()) \(path)'")
        }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw LinuxError(
                "open", "\(path), which others may write to", .permissionDenied,
                remedy: "find out who changed it, then run 'chmod go-w \(path)'")
        }
        return file
    }

    /// Opens a file of whomsoever: for who reads a copy of it.
    public static func openRegular(_ path: String, for use: Use = .reading) throws(LinuxError) -> Descriptor {
        // Asked before it is opened, since opening some devices does something already; and once more of what was opened.
        var found = stat()
        guard unsafe lstat(path, &found) == 0 else { throw LinuxError.last("open", path) }
        try check(found, path)
        let flags =
            switch use {
            case .reading: O_RDONLY
            case .writing: O_WRONLY
            case .both: O_RDWR
            }
        let number = unsafe Glibc.open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        let file = Descriptor(owning: number)
        try check(try status(of: file, path), path)
        return file
    }

    /// Whether anything has this name, also a link that leads nowhere.
    public static func isThere(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 || errno != ENOENT
    }

    private static func status(of file: Descriptor, _ path: String) throws(LinuxError) -> stat {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw LinuxError.last("fstat", path) }
        return status
    }

    private static func check(_ status: stat, _ path: String) throws(LinuxError) {
        let (kind, errno): (String, Errno)
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFLNK:
            throw LinuxError(
                "open", "\(path), which is a symbolic link", .tooManySymbolicLinkLevels,
                remedy: "put the file itself in the place of the link")
        case S_IFDIR: (kind, errno) = ("a directory", .isDirectory)
        case S_IFIFO: (kind, errno) = ("a pipe", .invalidArgument)
        case S_IFSOCK: (kind, errno) = ("a socket", .invalidArgument)
        case S_IFCHR, S_IFBLK: (kind, errno) = ("a device", .invalidArgument)
        default: (kind, errno) = ("no regular file", .invalidArgument)
        }
        throw LinuxError(
            "open", "\(path), which is \(kind)", errno, remedy: "find out who put it there, and move it away")
    }
}
