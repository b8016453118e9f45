internal import Glibc

/// Small files, read whole.
public enum WholeFile {
    /// The file's bytes; a file of more than `limit` bytes is an error (EFBIG), not a part of it.
    public static func read(_ path: String, limit: Int) throws(LinuxError) -> [UInt8] {
        let number = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        return try Descriptor(owning: number).readWhole(limit: limit, subject: path)
    }

    /// Writes the bytes into what stands at the path, a new file where nothing does: a link is followed, and a pipe or a
    /// device stays one. For what a user asked to have written; what must be whole after a crash is `AtomicFile`'s.
    public static func write(_ content: [UInt8], to path: String, mode: UInt32) throws(LinuxError) {
        let number = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode_t(mode))
        guard number >= 0 else { throw LinuxError.last("open", path) }
        try Descriptor(owning: number).write(content, subject: path)
    }
}
