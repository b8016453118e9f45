internal import CLinux
internal import Glibc
internal import SystemPackage

/// A connected stream socket, Unix or TCP, that never blocks by itself: waiting is a call of its own, so that a
/// thread can wait with a deadline and an event loop need not wait at all.
public struct StreamSocket: Sendable {
    /// The socket.
    public let descriptor: Descriptor
    /// What stands at the other end, for messages: a path or `127.0.0.1:2323`.
    public let peer: String
    private let isTCP: Bool

    /// What a read came to.
    public enum Received: Hashable, Sendable {
        /// So many bytes, one or more.
        case bytes(Int)
        /// None is there yet.
        case nothingYet
        /// The other end has closed; nothing more will come.
        case ended
    }

    /// Takes over a connected socket, as `accept4` gives it. TCP is set to send and to acknowledge at once: peers
    /// that write a frame in small pieces would otherwise wait 40 ms for each.
    public init(owning number: Int32, peer: String, isTCP: Bool = false) throws(LinuxError) {
        try self.init(Descriptor(owning: number), peer: peer, isTCP: isTCP)
    }

    private init(_ descriptor: Descriptor, peer: String, isTCP: Bool) throws(LinuxError) {
        self.descriptor = descriptor
        self.peer = peer
        self.isTCP = isTCP
        let number = descriptor.number
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) >= 0 else {
            throw LinuxError.last("set O_NONBLOCK on", peer)
        }
        if isTCP {
            guard clinux_tcp_no_delay(number) == 0, clinux_tcp_quick_ack(number) == 0 else {
                throw LinuxError.last("set TCP_NODELAY on", peer)
            }
        }
    }

    /// Connects to a listening Unix socket. Waits while the listener's queue is full, but not past the deadline (a
    /// time of ``Clocks/monotonicMicroseconds``; `nil` waits for ever), which is the error ETIMEDOUT.
    public static func connect(path: String, until deadline: UInt64? = nil) throws(LinuxError) -> Self {
        let number = clinux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue))
        guard number >= 0 else { throw LinuxError.last("make a socket for", path) }
        let descriptor = Descriptor(owning: number)
        while true {
            try limitWriting(to: number, peer: path, until: deadline)
            if unsafe path.withCString({ unsafe clinux_unix_connect(number, $0) }) == 0 { break }
            if errno == EINTR { continue }
            // A full queue, for as long as there was time.
            throw errno == EAGAIN
                ? LinuxError("connect to", path, .timedOut) : LinuxError.last("connect to", path)
        }
        return try Self(descriptor, peer: path, isTCP: false)
    }

    /// Connects to a numeric IPv4 address, but does not wait past the deadline (a time of
    /// ``Clocks/monotonicMicroseconds``), which is the error ETIMEDOUT; `nil` waits for as long as the kernel tries,
    /// two minutes when nobody answers.
    public static func connect(
        address: String, port: UInt16, until deadline: UInt64? = nil
    ) throws(LinuxError) -> Self {
        let peer = "\(address):\(port)"
        let number = unsafe address.withCString { unsafe clinux_tcp_connect($0, port) }
        guard number >= 0 else { throw LinuxError.last("connect to", peer) }
        let socket = try Self(Descriptor(owning: number), peer: peer, isTCP: true)
        guard try socket.wait(for: POLLOUT, until: deadline) else { throw LinuxError("connect to", peer, .timedOut) }
        guard clinux_socket_error(number) == 0 else { throw LinuxError.last("connect to", peer) }
        return socket
    }

    /// A blocking connect to a Unix socket goes by SO_SNDTIMEO; 0 there means for ever.
    private static func limitWriting(to number: Int32, peer: String, until deadline: UInt64?) throws(LinuxError) {
        guard let deadline else { return }
        let now = Clocks.monotonicMicroseconds
        let left = deadline > now ? deadline - now : 1
        var time = timeval(tv_sec: Int(left / 1_000_000), tv_usec: Int(left % 1_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, size) == 0 else {
            throw LinuxError.last("limit the time to connect to", peer)
        }
    }

    /// Two sockets that are each other's peer.
    public static func pair() throws(LinuxError) -> (Self, Self) {
        var numbers: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &numbers) == 0 else {
            throw LinuxError.last("make", "a socket pair")
        }
        let first: Self
        do {
            first = try Self(owning: numbers[0], peer: "a socket pair")
        } catch {
            Glibc.close(numbers[1])
            throw error
        }
        return (first, try Self(owning: numbers[1], peer: "a socket pair"))
    }

    /// Whether there is something to read, the end too.
    public var hasIncoming: Bool { (try? waitReadable(until: 0)) ?? true }

    /// Whether the other end has sent its end and nothing before it, or was reset. Reads nothing away.
    public var hasEnded: Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor.number, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
    }

    /// Reads what is there, as far as the buffer goes; the buffer must not be empty.
    public func receive(into buffer: inout [UInt8]) throws(LinuxError) -> Received {
        var sender: MessageSender?
        return try receive(into: &buffer, from: &sender)
    }

    /// The same, and tells who sent what came; `nil` where the kernel does not say. Of several senders it takes the
    /// bytes of the first alone, where the connection was accepted by a ``ListeningSocket``.
    public func receive(into buffer: inout [UInt8], from sender: inout MessageSender?) throws(LinuxError) -> Received {
        while true {
            var (pid, uid): (Int32, UInt32) = (0, .max)
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe clinux_receive_from(descriptor.number, bytes.baseAddress, bytes.count, &pid, &uid)
            }
            sender = count > 0 && pid > 0 ? MessageSender(pid: pid, uid: uid) : nil
            if count > 0 {
                // Quick acknowledgement does not stick, and without it only speed is lost.
                if isTCP { _ = clinux_tcp_quick_ack(descriptor.number) }
                return .bytes(count)
            }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothingYet
            case ECONNRESET: return .ended
            default: throw LinuxError.last("read from", peer)
            }
        }
    }

    /// Sends as much as fits now and says how much that was, 0 when nothing does. No SIGPIPE: a peer that has gone is
    /// the error EPIPE.
    public func send(_ bytes: ArraySlice<UInt8>) throws(LinuxError) -> Int {
        while true {
            let count = unsafe bytes.withUnsafeBytes { unsafe clinux_send(descriptor.number, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw LinuxError.last("write to", peer)
            }
        }
    }

    /// Sends nothing more, which the other end reads as the end; what it sends can still be read. `false` where it
    /// has gone.
    public func endSending() -> Bool { shutdown(descriptor.number, Int32(SHUT_WR)) == 0 }

    /// Sends everything, waiting where it must; false when the deadline passed first and a part may have gone out.
    ///
    /// A deadline is a time of ``Clocks/monotonicMicroseconds``; `nil` waits for ever.
    public func sendAll(_ bytes: [UInt8], until deadline: UInt64? = nil) throws(LinuxError) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try send(rest)
            rest = rest.dropFirst(count)
            if count == 0, try !wait(for: POLLOUT, until: deadline) { return false }
        }
        return true
    }

    /// Waits until there is something to read (or the other end has closed); false when the deadline passed first.
    ///
    /// A deadline is a time of ``Clocks/monotonicMicroseconds``; `nil` waits for ever.
    public func waitReadable(until deadline: UInt64? = nil) throws(LinuxError) -> Bool {
        try wait(for: POLLIN, until: deadline)
    }

    private func wait(for event: Int32, until deadline: UInt64?) throws(LinuxError) -> Bool {
        var entry = pollfd(fd: descriptor.number, events: Int16(event), revents: 0)
        while true {
            let ready = unsafe poll(&entry, 1, Self.milliseconds(until: deadline))
            if ready > 0 { return true }
            if ready == 0 {
                // A wait longer than poll's own limit comes in pieces.
                if let deadline, Clocks.monotonicMicroseconds >= deadline { return false }
                continue
            }
            guard errno == EINTR else { throw LinuxError.last("wait for", peer) }
        }
    }

    /// Rounded up, so that a wait never ends before its deadline; -1 waits for ever.
    private static func milliseconds(until deadline: UInt64?) -> Int32 {
        guard let deadline else { return -1 }
        let now = Clocks.monotonicMicroseconds
        guard deadline > now else { return 0 }
        return Int32(clamping: (deadline - now - 1) / 1000 + 1)
    }
}
