internal import Glibc

/// The entries of an open directory, one after the other, in the order of its file system.
///
/// Safe: nobody else has the stream, and it is closed once.
@safe public struct DirectoryStream: ~Copyable {
    private let stream: OpaquePointer

    /// Opens a directory; `nil`, with `errno`, where there is none or it cannot be read.
    public init?(_ path: String) {
        // Not blocking: there may be a pipe by that name.
        self.init(taking: unsafe open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC))
    }

    /// Takes an open directory over, which is read on where it stands; `nil`, with `errno`, where it is none.
    init?(taking number: Int32) {
        guard number >= 0 else { return nil }
        guard let stream = unsafe fdopendir(number) else {
            let error = errno
            close(number)
            errno = error
            return nil
        }
        unsafe self.stream = stream
    }

    /// The next name's bytes, `.` and `..` among them; `nil` at the end, and with `errno` where it cannot be read to
    /// there.
    mutating func next() -> [UInt8]? {
        errno = 0
        guard let entry = unsafe readdir(stream) else { return nil }
        return unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
    }

    /// The names that are left, without `.` and `..`, as far as they can be read.
    public consuming func names() -> [String] {
        var names: [String] = []
        while let bytes = next() {
            let name = String(decoding: bytes, as: UTF8.self)
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    deinit { unsafe closedir(stream) }
}
