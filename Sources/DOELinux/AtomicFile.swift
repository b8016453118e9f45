internal import Glibc
internal import SystemPackage

/// Files that are replaced whole: a reader, and whoever looks after a crash, sees the old content or the new.
public enum AtomicFile {
    /// Writes a temporary file beside `path`, syncs it, renames it over `path` and syncs the directory. It returns
    /// when the new content would survive a power cut; after an error the old content stands.
    ///
    /// One writer at a time: the temporary file's name is `path` with `.new`. Returns the new file, to be read and
    /// written.
    @discardableResult
    public static func write(_ content: [UInt8], to path: String, mode: UInt32) throws(LinuxError) -> Descriptor {
        let temporary = path + ".new"
        // What a crash left there is nobody's; O_EXCL then sees to it that no link is followed.
        _ = unsafe unlink(temporary)
        let number = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(mode))
        guard number >= 0 else { throw LinuxError.last("create", temporary) }
        let file = Descriptor(owning: number)
        do throws(LinuxError) {
            guard fchmod(number, mode_t(mode)) == 0 else { throw LinuxError.last("fchmod", temporary) }
            try file.write(content, subject: temporary)
            guard fsync(number) == 0 else { throw LinuxError.last("fsync", temporary) }
            try rename(temporary, to: path)
            return file
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// Renames a synced file over another and syncs the directory that holds both.
    public static func rename(_ source: String, to path: String) throws(LinuxError) {
        guard unsafe Glibc.rename(source, path) == 0 else { throw LinuxError.last("rename", path) }
        try synchronizeDirectory(of: path)
    }

    private static func synchronizeDirectory(of path: String) throws(LinuxError) {
        let directory = FilePath(path).removingLastComponent().string
        let place = directory.isEmpty ? "." : directory
        let number = unsafe open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", place) }
        let descriptor = Descriptor(owning: number)
        guard fsync(descriptor.number) == 0 else { throw LinuxError.last("fsync", place) }
    }
}
