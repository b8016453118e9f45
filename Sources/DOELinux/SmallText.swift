internal import Glibc

/// Small texts of procfs and sysfs.
public enum SmallText {
    /// The file's text without the white space at its end.
    public static func read(_ path: String, limit: Int = 65536) throws(LinuxError) -> String {
        var bytes = try WholeFile.read(path, limit: limit)
        while let last = bytes.last, last == 0x0a || last == 0x20 || last == 0 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where a symbolic link leads, unresolved; throws where it is none.
    public static func link(_ path: String) throws(LinuxError) -> String {
        String(decoding: try linkBytes(path), as: UTF8.self)
    }

    /// The same, whatever bytes that is.
    static func linkBytes(_ path: String) throws(LinuxError) -> [UInt8] {
        var target = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &target, target.count)
        guard count >= 0 else { throw .last("readlink", path) }
        return target[..<count].map { UInt8(bitPattern: $0) }
    }
}
