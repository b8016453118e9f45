internal import CLinux
internal import Glibc

/// The file that a process runs, by the name that it has on the host.
///
/// It counts only where the file that runs is the host's file of that name: a mount namespace can put any file at
/// any path, and a replaced file reads as `… (deleted)`. The kernel names a file without links; so a name that has one
/// on the host is of another mount namespace, and does not count though the file may be the same.
///
/// No file system is asked, since it can be one that a client chose and that answers never, as FUSE and a dead server
/// of NFS. The way to the name is walked in the kernel's cache alone (RESOLVE_CACHED), where the file that runs has
/// all of it; which file it is, the kernel knows. What is not in the cache is unknown.
public struct HostProgram: Hashable, Sendable {
    /// How often the way is tried: somebody who renames or mounts at the same moment spoils one walk.
    private static let attempts = 8

    /// Its name on the host.
    public let path: String
    private let file: FileNumber
    /// The same, where its file system says when it was made: then one question tells it from every other file.
    fileprivate let named: NamedFile?

    /// What this process runs; `nil` where it is unknown.
    public init?(of process: Int32) {
        let link = Self.link(of: process)
        // A path that this process cannot reach does not begin with a slash.
        guard let path = try? SmallText.link(link), path.hasPrefix("/"),
            let file = Self.file(named: path, runBy: link)
        else { return nil }
        let named = NamedFile(at: link)
        // The name once more: the file looked at in between is none that came to this number later.
        if let named { guard named.file == file, Self.file(named: path, runBy: link) == file else { return nil } }
        self.path = path
        self.file = file
        self.named = named
    }

    /// Whether this process is seen to run it still; `false` too where that is unknown by now, or no name is left of
    /// the file.
    ///
    /// A file system that does not say when a file was made may give its number to another one. There the name is
    /// walked to again, and has to be this file's. Where no descriptor is left to walk with, the kernel is asked for
    /// the process's file alone: the name was this one's when it was learned, and who is served already is not to be
    /// refused for want of a descriptor.
    public func isRun(by process: Int32) -> Bool {
        let link = Self.link(of: process)
        if let named { return NamedFile(at: link) == named }
        errno = 0
        if let found = Self.file(named: path, runBy: link) { return found == file }
        return (errno == EMFILE || errno == ENFILE) && FileNumber(at: link) == file
    }

    fileprivate static func folder(of process: Int32) -> String { "/proc/\(process)" }

    private static func link(of process: Int32) -> String { "\(folder(of: process))/exe" }

    private static func file(named path: String, runBy link: String) -> FileNumber? {
        // The name first: where its file system does not let it pass, the link is not followed either.
        guard let place = cachedPlace(path), let named = FileNumber(of: place), named == FileNumber(at: link) else {
            return nil
        }
        return named
    }

    private static func cachedPlace(_ path: String) -> Descriptor? {
        for _ in 0..<attempts {
            let place = unsafe clinux_open_cached_place(path)
            if place >= 0 { return Descriptor(owning: place) }
            guard errno == EAGAIN else { return nil }
        }
        return nil
    }
}

/// A process that runs a program, held by its folder in procfs: no later process with its number has that one.
public struct RunningProgram: Sendable {
    private let folder: Descriptor
    private let file: NamedFile

    /// The process that has this number now; `nil` where it is not seen to run the program, the program's file system
    /// does not say when a file was made, or no descriptor is left.
    public init?(_ program: HostProgram, of process: Int32) {
        guard let named = program.named else { return nil }
        let opened = unsafe open(HostProgram.folder(of: process), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        folder = Descriptor(owning: opened)
        file = named
        guard isStillRun else { return nil }
    }

    /// Whether the process is there, and is seen to run the program, of which a name is left. One system call.
    public var isStillRun: Bool { NamedFile(at: "exe", in: folder) == file }
}
