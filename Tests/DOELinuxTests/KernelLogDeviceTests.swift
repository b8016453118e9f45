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
        for path in ["/dev/null", file] {
            let error = #expect(throws: LinuxError.self) { try KernelLogDevice.open(path) }
            #expect(error?.problem.contains(path) == true)
            #expect(error?.remedy?.contains("something else stands there") == true)
        }
        let missing = #expect(throws: LinuxError.self) { try KernelLogDevice.open(directory.path + "/none") }
        #expect(missing?.errno == .noSuchFileOrDirectory && missing?.remedy != nil)
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
