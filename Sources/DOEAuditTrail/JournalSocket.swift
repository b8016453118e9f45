internal import CLinux
internal import DOELinux
internal import Glibc
internal import SystemPackage

/// Our own datagram socket to journald. It never blocks: sd_journal_sendv does, when journald is stopped, and says
/// success when journald is not there.
struct JournalSocket {
    private static let datagram: Int32 = 2
    private static let nonBlocking: Int32 = O_NONBLOCK

    let path: String
    private var connection: Descriptor?

    init(path: String) { self.path = path }

    /// Hands one entry over. It throws where journald is absent (ECONNREFUSED, ENOENT) or takes nothing now (EAGAIN).
    mutating func send(_ entry: [UInt8]) throws(LinuxError) {
        if let connection, try send(entry, over: connection) { return }
        // journald was restarted: its new socket wants a new connection.
        let fresh = try connect()
        connection = fresh
        guard try send(entry, over: fresh) else { throw LinuxError("send", path, .connectionRefused) }
    }

    /// What to do where a record could not be handed over.
    static func remedy(for error: LinuxError) -> String {
        if let remedy = error.remedy { return remedy }
        return switch error.errno {
        // A socket that is full has a journald behind it, which is stopped or slow.
        case .resourceTemporarilyUnavailable, .noBufferSpace: "see whether systemd-journald is stopped or busy"
        case .noSuchFileOrDirectory, .notDirectory, .connectionRefused, .connectionReset, .brokenPipe,
            .socketNotConnected:
            "start systemd-journald"
        case .permissionDenied, .notPermitted: "let the daemon write to journald's socket"
        case .protocolWrongTypeForSocket, .notSocket, .fileNameTooLong:
            "see what journal-socket names: it is not journald's"
        case .noSpace: "make room in memory: a large record goes through a file there"
        case .fileTooLarge: "raise the largest size of a file (LimitFSIZE= in the service's unit)"
        default: "see the kernel's log, and whether systemd-journald runs"
        }
    }

    /// `false` where the connection's other end is gone.
    private func send(_ entry: [UInt8], over connection: Descriptor) throws(LinuxError) -> Bool {
        let count = unsafe entry.withUnsafeBytes { unsafe clinux_send(connection.number, $0.baseAddress, $0.count) }
        if count >= 0 { return true }
        switch errno {
        case ECONNREFUSED, ENOTCONN, ECONNRESET, EPIPE: return false
        case EMSGSIZE, ENOBUFS:
            try sendAsFile(entry, over: connection)
            return true
        default: throw LinuxError.last("send", path)
        }
    }

    /// What is too large for a datagram goes as a sealed memory file (systemd.io, Native Journal Protocol).
    private func sendAsFile(_ entry: [UInt8], over connection: Descriptor) throws(LinuxError) {
        let number = unsafe entry.withUnsafeBytes {
            unsafe clinux_memfd_sealed("doe-audit-record", $0.baseAddress, $0.count)
        }
        guard number >= 0 else { throw LinuxError.last("memfd_create", "a large record") }
        let file = Descriptor(owning: number)
        guard clinux_send_descriptor(connection.number, file.number) == 0 else {
            throw LinuxError.last("sendmsg", path)
        }
    }

    private func connect() throws(LinuxError) -> Descriptor {
        let number = clinux_socket(AF_UNIX, Self.datagram | Self.nonBlocking)
        guard number >= 0 else { throw LinuxError.last("socket", path) }
        let socket = Descriptor(owning: number)
        guard unsafe clinux_unix_connect(number, path) == 0 else { throw LinuxError.last("connect", path) }
        return socket
    }
}
