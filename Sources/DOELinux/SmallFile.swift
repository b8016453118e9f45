internal import Glibc

/// Small files read in one go: procfs, sysfs, markers.
public enum SmallFile {
    /// The file's bytes, at most `limit` of them.
    public static func read(_ path: String, limit: Int = 65536) throws(LinuxError) -> [UInt8] {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        let descriptor = Descriptor(owning: number)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while bytes.count < limit {
            let count = unsafe Glibc.read(descriptor.number, &piece, min(piece.count, limit - bytes.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last("read", path) }
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return bytes
    }

    /// The file's text without the white space at its end.
    public static func text(_ path: String, limit: Int = 65536) throws(LinuxError) -> String {
        var bytes = try read(path, limit: limit)
        while let last = bytes.last, last == 0x0a || last == 0x20 || last == 0 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where a symbolic link leads, unresolved; throws where it is none.
    public static func link(_ path: String) throws(LinuxError) -> String {
        var target = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &target, target.count)
        guard count >= 0 else { throw .last("readlink", path) }
        return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
