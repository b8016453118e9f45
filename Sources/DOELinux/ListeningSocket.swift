internal import CLinux
internal import Glibc
internal import SystemPackage

/// A stream socket that takes connections: a Unix one, whose file goes with it, or a TCP one.
public final class ListeningSocket: Sendable {
    /// What to wait for: readable while a connection waits.
    public let descriptor: Descriptor
    /// Where it is: the socket's file, or `127.0.0.1:2323`.
    public let place: String
    /// Whether it is a TCP socket: nobody names the peers of its connections.
    public let isTCP: Bool

    /// As many as the kernel allows wait to be taken (net.core.somaxconn): it cuts what is more.
    static let longestQueue: Int32 = .max

    /// Where a socket is bound before it gets its name.
    private static let temporarySuffix = ".new"

    /// Throws where a path has no room in a socket's address, `unix(7)`.
    public static func check(path: String) throws(LinuxError) {
        guard path.utf8.count + temporarySuffix.utf8.count >= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            return
        }
        throw LinuxError("bind", path, .fileNameTooLong, remedy: "choose a shorter runtime directory")
    }

    /// Listens at a path; a socket that a former daemon left there is replaced.
    ///
    /// It gets its mode before anybody can connect: it is bound in a name of its own and then renamed.
    public init(path: String, mode: UInt32, group: UInt32? = nil) throws(LinuxError) {
        try Self.check(path: path)
        let number = clinux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue))
        guard number >= 0 else { throw .last("socket", path) }
        descriptor = Descriptor(owning: number)
        let temporary = path + Self.temporarySuffix
        unsafe unlink(temporary)
        do throws(LinuxError) {
            try Self.listen(on: number, at: temporary, mode, group)
            guard unsafe rename(temporary, path) == 0 else { throw .last("rename \(temporary) to", path) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        // Last: an object that is not whole has no deinit, which would remove somebody else's socket.
        place = path
        isTCP = false
    }

    /// Listens at a numeric IPv4 address. Port 0 takes one that is free, which ``port`` then tells.
    public init(address: String, port: UInt16) throws(LinuxError) {
        let number = unsafe address.withCString { unsafe clinux_tcp_listen($0, port, Self.longestQueue) }
        guard number >= 0 else {
            let error = LinuxError.last("listen at", "\(address):\(port)")
            throw LinuxError(error.call, error.subject, error.errno, remedy: error.remedyForListening)
        }
        descriptor = Descriptor(owning: number)
        place = "\(address):\(port)"
        isTCP = true
    }

    /// The port of a TCP socket; `nil` for a Unix one.
    public var port: UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor.number, $0, &size) == 0
            }
        }
        return isKnown && isTCP ? UInt16(bigEndian: address.sin_port) : nil
    }

    private static func listen(
        on number: Int32, at path: String, _ mode: UInt32, _ group: UInt32?
    ) throws(LinuxError) {
        guard unsafe path.withCString({ unsafe clinux_unix_bind(number, $0) }) == 0 else {
            let error = LinuxError.last("bind", path)
            throw LinuxError(
                error.call, path, error.errno, remedy: error.remedy(forWritingIn: "the runtime directory"))
        }
        guard unsafe chmod(path, mode) == 0 else { throw .last("chmod", path) }
        if let group, unsafe chown(path, uid_t.max, group) != 0 { throw .last("chown", path) }
        // Before anybody can connect: what is accepted, and what was sent before that, has it from here.
        guard clinux_name_senders(number) == 0 else { throw .last("set SO_PASSCRED on", path) }
        guard Glibc.listen(number, longestQueue) == 0 else { throw .last("listen", path) }
    }

    deinit {
        if !isTCP { unsafe unlink(place) }
    }

    /// The next connection that waits; `nil` when none does.
    public func accept() throws(LinuxError) -> StreamSocket? {
        let number = clinux_accept4(descriptor.number)
        if number >= 0 { return try StreamSocket(owning: number, peer: "a client of \(place)", isTCP: isTCP) }
        switch errno {
        case EAGAIN, EINTR, ECONNABORTED: return nil
        default: throw .last("accept", place)
        }
    }
}
