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
    /// Its name on the host, which need not be text.
    public let name: [UInt8]
    private let file: FileNumber
    /// The same, where its file system says when it was made: then one question tells it from every other file.
    fileprivate let named: NamedFile?

    /// Its name where that is text; `nil` where it is not.
    public var path: String? { String(validating: name, as: UTF8.self) }

    /// What this process runs; `nil` where it is unknown.
    public init?(of process: Int32) { self.init(of: ProcessThread(of: process)) }

    init?(of thread: ProcessThread) {
        let link = "\(thread.folder)/exe"
        // A path that this process cannot reach does not begin with a slash.
        guard let name = try? SmallText.linkBytes(link), name.first == UInt8(ascii: "/"),
            let file = Self.file(named: name, runBy: { FileNumber(at: link) })
        else { return nil }
        let named = NamedFile(at: link)
        // The name once more: the file looked at in between is none that came to this number later.
        if let named {
            guard named.file == file, Self.file(named: name, runBy: { FileNumber(at: link) }) == file else {
                return nil
            }
        }
        self.name = name
        self.file = file
        self.named = named
    }

    /// The file itself, held by name alone (O_PATH); `nil` where the name leads to another one by now.
    func openPlace() -> Descriptor? {
        guard let place = Descriptor.cachedPlace(name), FileNumber(of: place) == file else { return nil }
        return place
    }

    /// Whether this process is seen to run it still; `false` too where that is unknown by now, or no name is left of
    /// the file.
    ///
    /// Another file is it as well where it has the name now: an overlay file system gives a file other numbers once
    /// it was copied to the upper layer. So it is where the file system does not say when a file was made, and may
    /// give its number to another one. The name is walked to again for that. Where no descriptor is left to walk
    /// with, the kernel is asked for the process's file alone: the name was this one's when it was learned, and who
    /// is served already is not to be refused for want of a descriptor.
    public func isRun(by process: Int32) -> Bool {
        if let named, NamedFile(at: "/proc/\(process)/exe") == named { return true }
        let link = "\(ProcessThread(of: process).folder)/exe"
        if let named, NamedFile(at: link) == named { return true }
        errno = 0
        if hasName(of: { FileNumber(at: link) }) { return true }
        return named == nil && (errno == EMFILE || errno == ENFILE) && FileNumber(at: link) == file
    }

    /// Whether the file that a process runs now is the host's of this name.
    fileprivate func hasName(of running: () -> FileNumber?) -> Bool { Self.file(named: name, runBy: running) != nil }

    private static func file(named name: [UInt8], runBy running: () -> FileNumber?) -> FileNumber? {
        // The name first: where its file system does not let it pass, the link is not followed either.
        guard let place = Descriptor.cachedPlace(name), let named = FileNumber(of: place), named == running() else {
            return nil
        }
        return named
    }
}

/// A process that runs a program, held by its folder in procfs: no later process with its number has that one.
public struct RunningProgram: Sendable {
    private let folder: Descriptor
    /// Where its program was shown when it was learned, from there on.
    private let place: String
    private let program: HostProgram
    private let file: NamedFile

    /// The process that has this number now; `nil` where it is not seen to run the program, the program's file system
    /// does not say when a file was made, or no descriptor is left.
    public init?(_ program: HostProgram, of process: Int32) {
        guard let named = program.named else { return nil }
        let opened = unsafe open("/proc/\(process)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        folder = Descriptor(owning: opened)
        guard let place = ProcessThread.program(in: folder) else { return nil }
        self.place = place
        self.program = program
        file = named
        guard isStillRun else { return nil }
    }

    /// Whether the process is there, and is seen to run the program, of which a name is left. One system call, unless
    /// something has changed: the thread that was asked has ended and others have not, or the file has other numbers.
    public var isStillRun: Bool {
        if NamedFile(at: place, in: folder) == file { return true }
        guard let place = ProcessThread.program(in: folder) else { return false }
        return NamedFile(at: place, in: folder) == file || program.hasName(of: { FileNumber(at: place, in: folder) })
    }
}
