internal import CLinux
internal import DOELinux
internal import Glibc

/// A datagram socket where journald's would be: it shows what came, and takes nothing when told so.
public final class FakeJournald: Sendable {
    private let socket: Descriptor
    private let path: String

    /// Binds the socket; a file in its place is removed.
    public init(path: String) {
        self.path = path
        _ = unsafe unlink(path)
        socket = Descriptor(owning: clinux_socket(AF_UNIX, 2))
        _ = unsafe clinux_unix_bind(socket.number, path)
    }

    deinit { _ = unsafe unlink(path) }

    /// The next datagram; waits for it, `nil` when none comes within 10 s.
    public func next() -> [UInt8]? {
        var request = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&request, 1, 10_000) > 0 else { return nil }
        return try? socket.read(upTo: 1 << 20, subject: path)
    }
}
