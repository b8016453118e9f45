import DOELinux
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite("A file of the daemon's own")
struct OwnFileTests {
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/file" }

    private func write(_ bytes: [UInt8] = [1, 2, 3], to path: String? = nil) throws {
        try AtomicFile.write(bytes, to: path ?? self.path, mode: 0o600)
    }

    /// What is said of what lies there; both ways of opening say the same.
    private func refusal() -> LinuxError? {
        let errors = [OwnFile.Use.reading, .writing].map { use in
            #expect(throws: LinuxError.self) { try OwnFile.open(path, for: use) }
        }
        #expect(errors[0]?.problem == errors[1]?.problem)
        return errors[0]
    }

    @Test("is read whole, and nothing is nothing")
    func read() throws {
        #expect(try OwnFile.read(path, limit: 10) == nil && OwnFile.stamp(of: path) == nil)
        try write()
        #expect(try OwnFile.read(path, limit: 3) == [1, 2, 3])
        #expect(#expect(throws: LinuxError.self) { try OwnFile.read(path, limit: 2) }?.errno == .fileTooLarge)
    }

    @Test("is no symbolic link, wherever that leads", arguments: [true, false])
    func link(dangling: Bool) throws {
        let target = "\(directory.path)/target"
        if !dangling { try write(to: target) }
        #expect(unsafe symlink(target, path) == 0)
        let error = refusal()
        #expect(error?.problem.contains("which is a symbolic link") == true)
        #expect(error?.remedy?.contains("put the file that it leads to in the place of the link") == true)
    }

    @Test("is no pipe, for which nobody waits, no directory and no socket")
    func others() throws {
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(refusal()?.problem.contains("which is a pipe and no file") == true)
        unlink(path)
        #expect(unsafe mkdir(path, 0o700) == 0)
        #expect(refusal()?.problem.contains("which is a directory and no file") == true)
        rmdir(path)
        let listening = try ListeningSocket(path: path, mode: 0o600, group: nil)
        #expect(refusal()?.problem.contains("which is a socket and no file") == true)
        withExtendedLifetime(listening) {}
    }

    @Test("is no device, which is not even opened", .enabled(if: geteuid() == 0, "needs root: it makes a device node"))
    func device() {
        // A device of this number is nobody's: to open it fails with another error.
        #expect(unsafe mknod(path, S_IFCHR | 0o600, 0xfff00) == 0)
        #expect(refusal()?.problem.contains("which is a device and no file") == true)
    }

    @Test("belongs to this user or to root", .enabled(if: geteuid() == 0, "needs root: it gives a file away"))
    func owner() throws {
        try write()
        #expect(unsafe chown(path, 65534, 65534) == 0)
        let error = refusal()
        #expect(error?.problem.contains("which belongs to uid 65534") == true)
        #expect(error?.remedy?.contains("chown \(geteuid()) ") == true)
    }

    @Test("is nobody else's to write to", arguments: [(0o660, "its group"), (0o602, "everybody")])
    func mode(mode: Int, who: String) throws {
        try write()
        #expect(unsafe chmod(path, mode_t(mode)) == 0)
        let error = refusal()
        #expect(error?.problem.contains("to which \(who) may write") == true)
        #expect(error?.remedy?.contains("chmod go-w") == true)
        #expect(unsafe chmod(path, 0o640) == 0)
        #expect(try OwnFile.read(path, limit: 3) == [1, 2, 3])
    }

    @Test("has another stamp when it was changed or replaced, and is the same file as long as it is held")
    func stamp() throws {
        try write()
        let file = try #require(try OwnFile.open(path, for: .writing))
        let first = try file.stamp()
        #expect(try OwnFile.stamp(of: path) == first && first.size == 3)
        // The clock of the file system has ticks of some milliseconds.
        usleep(20_000)
        try file.descriptor.write([9], at: 0, subject: path)
        let second = try file.stamp()
        #expect(second != first && second.isOfSameFile(as: first) && second.size == 3)
        try write()
        let third = try #require(try OwnFile.stamp(of: path))
        #expect(!third.isOfSameFile(as: second))
    }

    private func unlink(_ path: String) { _ = unsafe Glibc.unlink(path) }
    private func rmdir(_ path: String) { _ = unsafe Glibc.rmdir(path) }
}
