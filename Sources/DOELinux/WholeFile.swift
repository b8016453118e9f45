internal import Glibc
internal import SystemPackage

/// Small files, read whole.
public enum WholeFile {
    /// The file's bytes; a file of more than `limit` bytes is an error (EFBIG), not a part of it.
    public static func read(_ path: String, limit: Int) throws(LinuxError) -> [UInt8] {
        let number = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        let file = Descriptor(owning: number)
        var content: [UInt8] = []
        while true {
            let piece = try file.read(upTo: 65_536, subject: path)
            if piece.isEmpty { return content }
            content += piece
            guard content.count <= limit else { throw LinuxError("read", path, .fileTooLarge) }
        }
    }
}
