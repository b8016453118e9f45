import DOELinux
import Glibc
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
}
