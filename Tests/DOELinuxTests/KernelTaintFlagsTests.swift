import DOELinux
import Testing

@Suite("The kernel's own taint in words")
struct KernelTaintFlagsTests {
    @Test("each bit has its letter, as the kernel's documentation has them")
    func letters() {
        // admin-guide/tainted-kernels: "PFSRMBUDAWCIOELKXTNJ" from bit 0 on.
        let all = KernelTaintFlags(rawValue: (1 << 20) - 1)
        #expect(all.words.map(\.letter).joined() == "PFSRMBUDAWCIOELKXTNJ")
        #expect(KernelTaintFlags(rawValue: 0).words.isEmpty)
        #expect(KernelTaintFlags(rawValue: 64).words.map(\.letter) == ["U"])
        #expect(KernelTaintFlags(rawValue: 64).contains(.userspace))
        #expect(KernelTaintFlags(rawValue: 1 << 63 | 1 << 12).words.map(\.letter) == ["O", "bit 63"])
    }

    @Test("what is not the kernel's own procfs is not believed")
    func notProcfs() {
        #expect(throws: LinuxError.self) { try KernelTaintFlags.current(directory: "/tmp") }
    }
}
