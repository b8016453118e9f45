internal import DOELinux
internal import DOEWords
internal import Glibc

/// Reading small files, links and directories below a sysfs root.
enum Sysfs {
    /// A file's bytes; `nil` where there is none. A file of more than `limit` bytes is an error (EFBIG).
    static func bytes(_ path: String, limit: Int) throws(LinuxError) -> [UInt8]? {
        guard let file = try file(path) else { return nil }
        return try file.readWhole(limit: limit, subject: path)
    }

    /// The same, open for reading.
    static func file(_ path: String) throws(LinuxError) -> Descriptor? {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            if isAbsence(errno) { return nil }
            let isRoots = errno == EACCES && Privileges.wouldRootHelp
            throw LinuxError.last("open", path, remedy: isRoots ? "run this as root" : nil)
        }
        return Descriptor(owning: number)
    }

    /// A short text file without its last newline: `none` where there is none, `unknown` where it cannot be read.
    static func text(_ path: String) -> Fact<String> {
        do {
            guard var bytes = try bytes(path, limit: 4096) else { return .none }
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            return .known(String(decoding: bytes, as: UTF8.self))
        } catch {
            return .unknown
        }
    }

    /// The last component of where a symbolic link leads: `none` where there is no link, `unknown` where it cannot be
    /// read.
    static func linkName(_ path: String) -> Fact<String> {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &target, target.count)
        guard count >= 0 else { return isAbsence(errno) ? .none : .unknown }
        let text = String(decoding: target[..<count].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let name = text.split(separator: "/").last else { return .unknown }
        return .known(String(name))
    }

    /// The names in a directory, without `.` and `..`, in no order; `nil` where there is no such directory.
    static func names(in path: String) throws(LinuxError) -> [String]? {
        guard let stream = DirectoryStream(path) else {
            if isAbsence(errno) { return nil }
            throw LinuxError.last("read directory", path)
        }
        return stream.names()
    }

    private static func isAbsence(_ error: Int32) -> Bool { error == ENOENT || error == ENOTDIR }
}
