import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import DOELinux

@Suite("The kernel log's device and its switch")
struct KernelLogDeviceTests {
    @Test("what stands in the device's place and is not the kernel's log is not written to")
    func somethingElse() throws {
        let directory = TemporaryDirectory()
        let file = directory.path + "/kmsg"
        try AtomicFile.write([], to: file, mode: 0o600)
        // With a reader and without one it refuses to be opened in two ways.
        let pipes = [directory.path + "/fifo", directory.path + "/read"]
        for pipe in pipes { try #require(unsafe mkfifo(pipe, 0o600) == 0) }
        let reader = unsafe open(pipes[1], O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let socket = directory.path + "/socket"
        let listening = try ListeningSocket(path: socket, mode: 0o600)
        defer { withExtendedLifetime(listening) {} }
        let others = [
            ("/dev/null", "another device"), (file, "a file"), (pipes[0], "a FIFO"), (pipes[1], "a FIFO"),
            (directory.path, "a directory"), (socket, "a socket"),
        ]
        for (path, what) in others {
            let error = #expect(throws: LinuxError.self) { try KernelLogDevice.open(path) }
            #expect(error?.problem == "cannot write the kernel's log at \(path): No such device or address")
            #expect(error?.remedy?.hasPrefix("something else stands there, \(what); give the container") == true)
        }
    }

    @Test("where none is, that is what is said, and not that somebody may not write to it")
    func missing() {
        for path in ["/nowhere/kmsg", "/dev/null/kmsg"] {
            let error = #expect(throws: LinuxError.self) { try KernelLogDevice.open(path) }
            #expect(error?.problem.hasPrefix("cannot open \(path): ") == true && error?.remedy != nil)
        }
        let missing = #expect(throws: LinuxError.self) { try KernelLogDevice.open("/nowhere/kmsg") }
        #expect(missing?.remedy?.hasPrefix("give the container the host's") == true)
    }

    @Test("the switch is read anew each time, and what it says that nobody knows is not known")
    func setting() throws {
        let directory = TemporaryDirectory()
        let path = directory.path + "/printk_devkmsg"
        #expect(KernelLogSwitch(path: path).setting == nil)
        try WholeFile.write(Array("on\n".utf8), to: path, mode: 0o600)
        let held = KernelLogSwitch(path: path)
        #expect(held.setting == .on)
        try WholeFile.write(Array("off\n".utf8), to: path, mode: 0o600)
        #expect(held.setting == .off)
        try WholeFile.write(Array("ratelimit\n".utf8), to: path, mode: 0o600)
        #expect(held.setting == .ratelimit)
        try WholeFile.write(Array("new\n".utf8), to: path, mode: 0o600)
        #expect(held.setting == nil)
    }
}
