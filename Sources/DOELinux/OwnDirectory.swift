internal import Glibc
internal import SystemPackage

/// A directory of the daemon's own.
public enum OwnDirectory {
    /// Makes a directory unless it is there. What is there must be a real directory that belongs to this user or to
    /// root: through somebody else's, sockets and records could be replaced.
    public static func make(_ path: String, mode: UInt32) throws(LinuxError) {
        if unsafe mkdir(path, mode) == 0 {
            // The umask may have taken bits away.
            guard unsafe chmod(path, mode) == 0 else { throw .last("chmod", path) }
            return
        }
        guard errno == EEXIST else {
            throw refusal(LinuxError.last("mkdir", path), path)
        }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .last("stat", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw LinuxError("use", path, .notDirectory, remedy: "remove it, or choose another directory")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0,
            status.st_mode & 0o022 == 0 || isShared(status)
        else {
            throw LinuxError(
                "use", path, .permissionDenied,
                remedy: "it must belong to this user or to root, and nobody else may write to it")
        }
    }

    /// Root's, and this user makes files of its own there beside root's: what is somebody else's neither can move away.
    private static func isShared(_ status: stat) -> Bool {
        status.st_uid == 0 && status.st_mode & S_ISVTX != 0 && status.st_mode & S_IWOTH == 0
            && status.st_gid == getegid()
    }

    /// To root "run as root" is no advice, and on a file system that is mounted for reading alone to nobody.
    private static func refusal(_ error: LinuxError, _ path: String) -> LinuxError {
        let advice =
            error.isForbidden && Privileges.wouldRootHelp
            ? "run as root" : error.remedy(forWritingIn: "the directory that \(path) is to be in")
        return LinuxError(
            error.call, path, error.errno, remedy: "\(advice), or choose another directory with an option")
    }
}
