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
}
