import DOELinux
import Glibc
import Testing

@Suite("The other end of a TCP connection within this host")
struct TCPPeerTests {
    private let door: ListeningSocket

    init() throws { door = try ListeningSocket(address: "127.0.0.1", port: 0) }

    private func connect() throws -> (client: StreamSocket, connection: StreamSocket) {
        let port = try #require(door.port)
        let client = try StreamSocket.connect(address: "127.0.0.1", port: port)
        return (client, try #require(try door.accept()))
    }

    @Test("its socket's uid is told, also once it has sent its last")
    func uid() throws {
        let (client, connection) = try connect()
        #expect(TCPPeer.uid(of: connection.descriptor) == geteuid())
        #expect(client.endSending())
        #expect(TCPPeer.uid(of: connection.descriptor) == geteuid())
    }

    @Test("nothing is told of one that was closed, for which the kernel would say root")
    func closed() throws {
        let connection = try connect().connection
        #expect(TCPPeer.uid(of: connection.descriptor) == nil)
    }

    @Test("nor of a connection that is none of TCP")
    func notTCP() throws {
        let (one, other) = try StreamSocket.pair()
        #expect(TCPPeer.uid(of: one.descriptor) == nil && TCPPeer.uid(of: other.descriptor) == nil)
    }

    @Test("of many connections each is told by itself")
    func many() throws {
        let pairs = try (0..<50).map { _ in try connect() }
        for (number, pair) in pairs.enumerated() where number.isMultiple(of: 2) { #expect(pair.client.endSending()) }
        for pair in pairs { #expect(TCPPeer.uid(of: pair.connection.descriptor) == geteuid()) }
        #expect(TCPPeer.uid(of: door.descriptor) == nil)
    }

    @Test("of a connection that was reset nobody is told, whoever connects from the same port after that")
    func reset() throws {
        let first = try BoundClient(to: try #require(door.port))
        let connection = try #require(try door.accept())
        #expect(TCPPeer.uid(of: connection.descriptor) == geteuid())
        let port = try #require(first.port)
        first.reset()
        let second = try BoundClient(to: try #require(door.port), from: port)
        let next = try #require(try door.accept())
        #expect(second.port == port && TCPPeer.uid(of: next.descriptor) == geteuid())
        #expect(TCPPeer.uid(of: connection.descriptor) == nil)
    }
}

/// A client that chooses its port, and can leave without an end.
private final class BoundClient {
    private struct Failed: Error { let error = errno }

    private var number: Int32

    init(to door: UInt16, from port: UInt16 = 0) throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try unsafe call(bind, port)
        try unsafe call(connect, door)
    }

    private typealias Call = (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32

    private func call(_ function: Call, _ port: UInt16) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe function(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failed() }
    }

    var port: UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(number, $0, &size) }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }

    /// Closes it so that the other end is told of no end, but of a reset.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(number)
        number = -1
    }

    deinit { if number >= 0 { close(number) } }
}
