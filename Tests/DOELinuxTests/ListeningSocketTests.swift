import DOELinux
import DOEWords
import FoundationEssentials
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite("A socket that takes connections")
struct ListeningSocketTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/door" }

    private func mode(of path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test("it has its mode whatever the umask is, takes who comes, and its file goes with it")
    func life() throws {
        do {
            let socket = try ListeningSocket(path: path, mode: 0o660)
            #expect(mode(of: path) == 0o660)
            #expect(try socket.accept() == nil)
            let client = try StreamSocket.connect(path: path)
            let connection = try #require(try socket.accept())
            #expect(try client.sendAll([1]))
            var buffer: [UInt8] = [0, 0]
            #expect(try connection.waitReadable())
            #expect(try connection.receive(into: &buffer) == .bytes(1))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("what a former daemon left there is replaced, a name in the way of the temporary one too")
    func stale() throws {
        _ = try WholeFile.write([1], to: path, mode: 0o600)
        _ = try WholeFile.write([2], to: path + ".new", mode: 0o600)
        let socket = try ListeningSocket(path: path, mode: 0o600)
        _ = try StreamSocket.connect(path: path)
        #expect(try socket.accept() != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["door"])
    }

    @Test("a path that cannot be is an error that names it, and leaves nothing behind")
    func impossible() throws {
        let long = directory.path + "/" + String(repeating: "x", count: 100)
        let error = #expect(throws: LinuxError.self) { try ListeningSocket(path: long, mode: 0o600) }
        #expect(error?.problem.contains(long) == true && error?.remedy?.contains("shorter") == true)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let other = #expect(throws: LinuxError.self) { try ListeningSocket(path: path, mode: 0o600) }
        #expect(other?.problem.contains(path) == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["door"])
    }

    @Test("a start that fails leaves the socket alone that stood there")
    func failedStart() throws {
        // The path itself fits a socket's address, the temporary name beside it does not.
        let path = directory.path + "/" + String(repeating: "x", count: 106 - directory.path.utf8.count)
        try WholeFile.write([7], to: path, mode: 0o600)
        #expect(throws: LinuxError.self) { try ListeningSocket(path: path, mode: 0o600) }
        #expect(try WholeFile.read(path, limit: 10) == [7])
    }

    @Test("at a TCP port it takes who comes; a port that is taken is an error that says which")
    func tcp() throws {
        let socket = try ListeningSocket(address: "127.0.0.1", port: 0)
        let port = try #require(socket.port)
        let client = try StreamSocket.connect(address: "127.0.0.1", port: port)
        let connection = try #require(try socket.accept())
        #expect(try client.sendAll([5, 6]))
        #expect(try connection.waitReadable())
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(try connection.receive(into: &buffer) == .bytes(2))
        let error = #expect(throws: LinuxError.self) { try ListeningSocket(address: "127.0.0.1", port: port) }
        #expect(error?.problem == "cannot listen at 127.0.0.1:\(port): Address already in use")
        #expect(throws: LinuxError.self) { try ListeningSocket(address: "localhost", port: 0) }
    }

    @Test("a queue that is full holds up whoever connects no longer than the deadline")
    func full() throws {
        let socket = try ListeningSocket(path: path, mode: 0o600)
        try #require(listen(socket.descriptor.number, 0) == 0)
        let first = try StreamSocket.connect(path: path)
        let error = #expect(throws: LinuxError.self) { try StreamSocket.connect(path: path, until: 0) }
        #expect(error?.errno == .timedOut)
        _ = first
    }

    @Test("a TCP listener whose queue is full holds up nobody past the deadline either")
    func fullTCP() throws {
        let socket = try ListeningSocket(address: "127.0.0.1", port: 0)
        let port = try #require(socket.port)
        try #require(listen(socket.descriptor.number, 0) == 0)
        var taken: [StreamSocket] = []
        let error = #expect(throws: LinuxError.self) {
            // The kernel takes one more than the queue's length, and drops what comes then.
            for _ in 0..<8 {
                let deadline = Clocks.monotonicMicroseconds + 50_000
                taken.append(try StreamSocket.connect(address: "127.0.0.1", port: port, until: deadline))
            }
        }
        #expect(error?.errno == .timedOut && !taken.isEmpty)
    }

    @Test("the peer's user and groups are the kernel's word")
    func credentials() throws {
        let socket = try ListeningSocket(path: path, mode: 0o600)
        let client = try StreamSocket.connect(path: path)
        let connection = try #require(try socket.accept())
        let credentials = try #require(PeerCredentials(of: connection.descriptor))
        #expect(credentials.pid == getpid() && credentials.uid == geteuid())
        #expect(credentials.groups.value?.contains(getegid()) == true)
        _ = client
    }
}
