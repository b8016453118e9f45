import DOELinux
import Glibc
import TestSupport
import Testing

@Suite("Stream socket")
struct StreamSocketTests {
    @Test("what is sent is received, and an empty socket says so")
    func there() throws {
        let (near, far) = try StreamSocket.pair()
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(try near.receive(into: &buffer) == .nothingYet)
        #expect(try far.sendAll([1, 2, 3]))
        #expect(try near.waitReadable())
        #expect(try near.receive(into: &buffer) == .bytes(3))
        #expect(buffer.prefix(3) == [1, 2, 3])
    }

    @Test("a wait whose deadline has passed ends at once")
    func deadline() throws {
        let (near, far) = try StreamSocket.pair()
        #expect(try !near.waitReadable(until: 0))
        #expect(try !near.sendAll(Array(repeating: 0, count: 8 << 20), until: 0))
        _ = far
    }

    @Test("a full socket takes nothing and does not block")
    func full() throws {
        let (near, far) = try StreamSocket.pair()
        let bytes = [UInt8](repeating: 7, count: 1 << 16)
        var sent = 0
        while true {
            let count = try near.send(bytes[...])
            if count == 0 { break }
            sent += count
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var received = 0
        while case .bytes(let count) = try far.receive(into: &buffer) { received += count }
        #expect(received == sent && sent > 0)
    }

    @Test("a large message goes through while the other end reads")
    func large() throws {
        let (near, far) = try StreamSocket.pair()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let thread = try WorkerThread(name: "sends") { _ = try? near.sendAll(bytes) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while received.count < bytes.count, try far.waitReadable() {
            guard case .bytes(let count) = try far.receive(into: &buffer) else { break }
            received += buffer[..<count]
        }
        thread.join()
        #expect(received == bytes)
    }

    @Test("the end is told after what was sent before it, and sending to it is an error")
    func ended() throws {
        let (near, far) = try StreamSocket.pair()
        #expect(try far.sendAll([5]))
        try #require(shutdown(far.descriptor.number, Int32(SHUT_RDWR)) == 0)
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(try near.receive(into: &buffer) == .bytes(1))
        #expect(try near.receive(into: &buffer) == .ended)
        let error = #expect(throws: LinuxError.self) { try near.send([1]) }
        #expect(error?.problem.contains("write to a socket pair") == true)
    }

    @Test("what was accepted names who sent, also what came before it was accepted; any of its threads is the process")
    func sender() throws {
        let directory = TemporaryDirectory()
        let listener = try ListeningSocket(path: directory.path + "/s", mode: 0o600)
        let near = try StreamSocket.connect(path: listener.place)
        #expect(try near.sendAll([1]))
        let far = try #require(try listener.accept())
        var buffer = [UInt8](repeating: 0, count: 8)
        var sender: MessageSender?
        let own = MessageSender(pid: getpid(), uid: getuid())
        #expect(try far.receive(into: &buffer, from: &sender) == .bytes(1))
        #expect(sender == own)
        try WorkerThread(name: "sends") { _ = try? near.sendAll([2]) }.join()
        #expect(try far.receive(into: &buffer, from: &sender) == .bytes(1))
        #expect(sender == own)
        #expect(try far.receive(into: &buffer, from: &sender) == .nothingYet)
        #expect(sender == nil)
    }

    @Test("bytes of two senders do not come with one read")
    func senders() throws {
        let directory = TemporaryDirectory()
        let listener = try ListeningSocket(path: directory.path + "/s", mode: 0o600)
        let near = try StreamSocket.connect(path: listener.place)
        let far = try #require(try listener.accept())
        #expect(try near.sendAll([1]))
        let child = try Shell.run("printf x", output: near.descriptor.number)
        #expect(try near.sendAll([3]))
        var buffer = [UInt8](repeating: 0, count: 8)
        var named: [MessageSender?] = []
        for _ in 1...3 {
            var sender: MessageSender?
            #expect(try far.receive(into: &buffer, from: &sender) == .bytes(1))
            named.append(sender)
        }
        #expect(named.map { $0?.pid } == [getpid(), child, getpid()])
    }

    @Test("a socket whose senders nobody names says so")
    func nameless() throws {
        let (near, far) = try StreamSocket.pair()
        #expect(try far.sendAll([1]))
        var buffer = [UInt8](repeating: 0, count: 8)
        var sender: MessageSender? = MessageSender(pid: 1, uid: 0)
        #expect(try near.receive(into: &buffer, from: &sender) == .bytes(1))
        #expect(sender == nil)
    }
}

/// Another process that writes to a descriptor of ours.
private enum Shell {
    /// Its number, once it has ended.
    static func run(_ text: String, output: Int32) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sh"), strdup("-c"), strdup(text), nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child: pid_t = 0
        try #require(unsafe posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, environ) == 0)
        var status: Int32 = 0
        try #require(unsafe waitpid(child, &status, 0) == child && status == 0)
        return child
    }
}
