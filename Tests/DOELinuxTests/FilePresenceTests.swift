import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite("Whether something is there")
struct FilePresenceTests {
    private let directory = TemporaryDirectory()

    @Test("only what the kernel calls absent is absent")
    func absence() throws {
        let loop = directory.path + "/loop"
        try #require(unsafe symlink(loop, loop) == 0)
        #expect(FilePresence.mayBe(at: directory.path))
        #expect(FilePresence.mayBe(at: loop) && FilePresence.mayBe(at: loop + "/below"))
        #expect(!FilePresence.mayBe(at: directory.path + "/nothing"))
        #expect(!FilePresence.mayBe(at: "/dev/null/below"))
        let held = try HeldDirectory(directory.path)
        #expect(try held.has("nothing") == false)
        #expect(throws: LinuxError.self) { try held.has("loop") }
    }

    @Test("a class of security managers that cannot be looked into is not known to be empty")
    func managers() throws {
        #expect(SecurityManagers.names(in: directory.path) == .known([]))
        let path = directory.path + "/tsm"
        try #require(unsafe symlink(path, path) == 0)
        #expect(SecurityManagers.names(in: directory.path) == .unknown)
    }
}
