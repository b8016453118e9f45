import DOELinux
import Glibc
import SPDMSocket
import Testing

@Suite("Connecting to an SPDM socket")
struct ConnectingTests {
    /// Runs with a directory that goes away afterwards.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = "/tmp/doe-audit-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try #require(unsafe mkdir(directory, 0o700) == 0)
        defer {
            _ = unsafe unlink(directory + "/socket")
            _ = unsafe rmdir(directory)
        }
        try body(directory)
    }

    /// A listening socket at a path, by plain calls.
    private func listener(at path: String) throws -> Descriptor {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(number >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        try #require(listen(number, 1) == 0)
        return Descriptor(owning: number)
    }

    private func failure(_ address: SPDMSocketAddress) -> SPDMSocketError? {
        #expect(throws: SPDMSocketError.self) { _ = try SPDMSocketClient(connectingTo: address) }
    }

    @Test("a client talks to a listener in the file system")
    func listening() throws {
        try withDirectory { directory in
            let path = directory + "/socket"
            let listener = try listener(at: path)
            var client = try SPDMSocketClient(connectingTo: .unix(path), timeoutMilliseconds: 60_000)
            let accepted = accept(listener.number, nil, nil)
            let far = try StreamSocket(owning: accepted, peer: "client")
            #expect(try far.sendAll(SPDMFrame(.normal, payload: [4]).bytes))
            let answer = try client.exchange([1, 0, 0, 0, 2, 0, 0, 0])
            #expect(answer == .response([4]))
        }
    }

    @Test("no socket, and a socket nobody listens on, say to start the daemon")
    func notRunning() throws {
        try withDirectory { directory in
            let path = directory + "/socket"
            let missing = failure(.unix(path))
            #expect(missing?.reason == .cannotConnect)
            #expect(missing?.problem.contains(path) == true)
            #expect(missing?.remedy?.contains("start doe-auditd") == true)
            _ = try listener(at: path)
            #expect(failure(.unix(path))?.remedy?.contains("start doe-auditd") == true)
        }
    }

    @Test("a path too long for a socket says so")
    func tooLong() {
        let error = failure(.unix("/tmp/" + String(repeating: "x", count: 120)))
        #expect(error?.reason == .cannotConnect)
        #expect(error?.remedy?.contains("107 bytes") == true)
    }

    @Test("TCP works the same, and a port nobody listens on says to start something")
    func tcp() throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let listener = Descriptor(owning: number)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(number, $0, size) == 0 && getsockname(number, $0, &size) == 0
            }
        }
        try #require(bound)
        let target = SPDMSocketAddress.tcp("127.0.0.1", port: UInt16(bigEndian: address.sin_port))
        #expect(failure(target)?.remedy == "start what is to listen there")
        try #require(listen(listener.number, 1) == 0)
        var client = try SPDMSocketClient(connectingTo: target, timeoutMilliseconds: 60_000)
        let far = try StreamSocket(owning: accept(listener.number, nil, nil), peer: "client", isTCP: true)
        #expect(try far.sendAll(SPDMFrame.refusal.bytes))
        let answer = try client.exchange([1, 0, 0, 0, 2, 0, 0, 0])
        #expect(answer == .refused)
    }

    @Test("a name is no numeric address")
    func name() {
        #expect(failure(.tcp("localhost", port: 1))?.reason == .cannotConnect)
    }
}
