import DOELinux
import Glibc
import TestSupport
import Testing

struct SealedMemoryTests {
    @Test("what is sealed is read back, and nobody can change it")
    func roundTrip() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let file = try SealedMemory.file("doe-audit-test", bytes)
        #expect(try SealedMemory.content(of: file, limit: bytes.count, subject: "test") == bytes)
        #expect(try SealedMemory.content(of: SealedMemory.file("empty", []), limit: 0, subject: "test").isEmpty)
        #expect(unsafe pwrite(file.number, [1], 1, 0) < 0 && ftruncate(file.number, 0) < 0)
    }

    @Test("one that is too long, could change, or is no such file, is not read")
    func refused() throws {
        let file = try SealedMemory.file("doe-audit-test", [1, 2, 3])
        #expect(throws: LinuxError.self) { try SealedMemory.content(of: file, limit: 2, subject: "test") }
        let folder = TemporaryDirectory()
        try WholeFile.write([1], to: "\(folder.path)/file", mode: 0o600)
        for path in ["\(folder.path)/file", "/dev/null", "/proc/self/status"] {
            let other = Descriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC))
            #expect(throws: LinuxError.self, "\(path)") {
                try SealedMemory.content(of: other, limit: 1000, subject: path)
            }
        }
    }
}
