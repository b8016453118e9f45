internal import CLinux
internal import Glibc

/// What stands at a path of this host, as far as it tells whether the kernel calls a program so.
///
/// The kernel names the file that runs (`/proc/PID/exe`): without links, whatever path somebody has typed; and of a
/// script that is its interpreter.
public enum ProgramPath: Hashable, Sendable {
    /// A file that can be run, or may become one by its mode.
    case program
    /// Nothing.
    case missing
    /// It is a link, or behind one. `real` is its path without links; `nil` where it leads nowhere.
    case linked(real: String?)
    /// A file that begins with `#!`.
    case script
    /// A folder.
    case folder
    /// A device, a pipe or a socket.
    case special

    /// Looks at an absolute path. The error says why nobody could tell: a folder that this user may not look into, a
    /// file system that is not there.
    public init(_ path: String) throws(LinuxError) {
        let number = unsafe clinux_open_place(path)
        guard number >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: self = .missing
            case ELOOP: self = .linked(real: Self.real(path))
            default: throw .last("look at", path)
            }
            return
        }
        let place = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(place.number, &status) == 0 else { throw .last("stat", path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = try Self.isScript(path) ? .script : .program
        case S_IFDIR: self = .folder
        default: self = .special
        }
    }

    /// The path without links, also of what is not there where its folder is; `nil` where it leads nowhere.
    private static func real(_ path: String) -> String? {
        if let real = RealPath.of(path) { return real }
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex,
            let folder = real(String(path[..<slash]))
        else { return nil }
        let whole = (folder == "/" ? "" : folder) + path[slash...]
        var status = stat()
        // Anything that stands there without being found is a link to nowhere.
        return unsafe lstat(whole, &status) == 0 ? nil : whole
    }

    /// Whether the kernel runs an interpreter for it (`man execve`).
    private static func isScript(_ path: String) throws(LinuxError) -> Bool {
        let number = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        let file = Descriptor(owning: number)
        var start: [UInt8] = [0, 0]
        let count = unsafe start.withUnsafeMutableBytes { unsafe read(file.number, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .last("read", path) }
        return count == 2 && start == Array("#!".utf8)
    }
}
