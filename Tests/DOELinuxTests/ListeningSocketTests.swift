import DOELinux
import DOEWords
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite("A socket in the file system that takes connections")
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
