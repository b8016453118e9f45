internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Where a program's words go.
public enum StandardStream: Int32, Sendable {
    /// For what was asked for.
    case output = 1
    /// For what went wrong.
    case error = 2

    /// Writes a text and a newline, unless it ends with one. A reader that has gone is not worth an error; any other
    /// failure is kept in `trouble`.
    public func say(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.last != 0x0a { bytes.append(0x0a) }
        if let error = Self.write(bytes, to: rawValue), error != EPIPE { Self.failures.withLock { $0[self] = error } }
    }

    /// Why not all words arrived: a full disk, mostly. `nil` while all did.
    public var trouble: LinuxError? {
        Self.failures.withLock { $0[self] }.map { LinuxError("write to", "the standard \(self)", Errno(rawValue: $0)) }
    }

    /// Whether a person looks at it, at a terminal that has colours, and has not asked for none (no-color.org).
    public var wantsColour: Bool {
        isatty(rawValue) == 1 && !Environment.has("NO_COLOR") && Environment.value("TERM") != "dumb"
    }

    private static let failures = Mutex<[StandardStream: Int32]>([:])

    /// Writes all of it, waiting where a pipe that somebody made non-blocking is full; the error number, or `nil`.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&room, 1, -1)
            default: return errno
            }
        }
        return nil
    }
}
