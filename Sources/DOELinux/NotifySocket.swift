internal import CLinux
internal import Glibc

/// The service manager's socket (sd_notify(3)), held open: who has no descriptor left must not be taken for one that
/// hangs.
public final class NotifySocket: Sendable {
    private static let datagram: Int32 = 2

    private let path: String
    private let socket: Descriptor

    /// `nil` where no service manager listens, or not at a path: then libsystemd is to be asked.
    public init?() {
        guard let path = Environment.value("NOTIFY_SOCKET"), path.hasPrefix("/") else { return nil }
        let number = clinux_socket(AF_UNIX, Self.datagram)
        guard number >= 0 else { return nil }
        self.path = path
        socket = Descriptor(owning: number)
    }

    /// Tells it something; waits where it does not read. `false` where nobody is there.
    @discardableResult
    public func send(_ text: String) -> Bool {
        // Each time: a manager that was started anew has another socket at that path.
        guard unsafe clinux_unix_connect(socket.number, path) == 0 else { return false }
        let bytes = Array(text.utf8)
        return unsafe bytes.withUnsafeBytes { unsafe clinux_send(socket.number, $0.baseAddress, $0.count) } >= 0
    }
}
