internal import Glibc
internal import SystemPackage

/// One file of a journal, held open: it stays the same file when journald renames it or takes its name away. For one
/// thread.
///
/// What the kernel could not write to the disk it tells once to each descriptor that was open when it happened, and
/// takes for written from then on. So this one vouches for what was written since it was opened; for what was written
/// before, and after an error, `isAsOnDisk` looks.
public final class JournalFile {
    /// Where it was found; journald may have renamed it since.
    public let path: String
    /// Whether it lies in memory: there is no disk to wait for.
    public let isVolatile: Bool
    let number: FileNumber
    let descriptor: Descriptor
    private let source: JournalSource

    /// Opens what has this path now.
    init(_ path: String, of source: JournalSource) throws(LinuxError) {
        // A pipe of such a name must not keep anybody waiting.
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw LinuxError.last("open", path) }
        descriptor = Descriptor(owning: opened)
        guard let number = FileNumber(of: descriptor) else { throw LinuxError.last("statx", path) }
        self.number = number
        self.path = path
        self.source = source
        isVolatile = descriptor.isInMemory
    }

    /// A reader of this file alone.
    public func read() throws(LinuxError) -> Journal { try Journal(source, [descriptor]) }

    /// Waits until what stands in it now is on its disk: the pages that journald has written through its mapping,
    /// too.
    public func synchronize() throws(LinuxError) { try descriptor.synchronize(subject: path) }

    /// Whether somebody has removed it while it was journald's present one. journald goes on writing to it then, and
    /// nobody will read that. A file that has gone when journald was done with it made room for others.
    public var isRemoved: Bool {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0, status.st_nlink == 0 else { return false }
        // Its last name, and " (deleted)".
        let last = try? SmallText.link("/proc/self/fd/\(descriptor.number)")
        let name = last?.split(separator: "/").last?.split(separator: " ").first
        return name.map { String($0).isJournalInUse } ?? true
    }
}
