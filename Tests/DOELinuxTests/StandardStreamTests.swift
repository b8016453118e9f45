import Glibc
import Testing

@testable import DOELinux

@Suite("Standard streams")
struct StandardStreamTests {
    @Test("a disk that is full is an error, not a short answer that looks whole")
    func full() {
        let number = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(number) }
        #expect(StandardStream.write([1, 2, 3], to: number) == ENOSPC)
    }

    @Test("all bytes arrive through a pipe that does not block, however slowly it is read")
    func slowReader() throws {
        let (near, far) = try StreamSocket.pair()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let number = near.descriptor.number
        let writer = try WorkerThread(name: "writes") { _ = StandardStream.write(bytes, to: number) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while received.count < bytes.count, try far.waitReadable() {
            guard case .bytes(let count) = try far.receive(into: &buffer) else { break }
            received += buffer[..<count]
        }
        writer.join()
        #expect(received == bytes)
    }
}
