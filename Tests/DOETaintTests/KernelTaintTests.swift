import DOETaint
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@Suite("The kernel's own taint")
struct KernelTaintTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/tainted" }

    private func write(_ text: String) throws { try text.write(toFile: path, atomically: false, encoding: .utf8) }

    @Test("is asked for with bit 6, and is then seen")
    func set() throws {
        // A plain file keeps what is written, which is what the kernel shows after a write of 64 on a clean host.
        try write("0\n")
        try KernelTaint(path: path).set()
        #expect(try KernelTaint(path: path).bits() == 64)
    }

    @Test("that is there already is not asked for again: other bits stay as they are")
    func already() throws {
        try write("12352\n")
        try KernelTaint(path: path).set()
        #expect(try KernelTaint(path: path).bits() == 12352)
    }

    @Test("that cannot be set is an explained error")
    func refused() throws {
        let error = #expect(throws: TaintError.self) { try KernelTaint(path: directory.path + "/nobody").set() }
        #expect(error?.description.contains("nobody") == true && error?.remedy != nil)
        // /dev/null takes everything and shows nothing, as a procfs of somebody's own may.
        let lost = #expect(throws: TaintError.self) { try KernelTaint(path: "/dev/null").set() }
        #expect(lost?.description.contains("does not show it") == true)
    }

    @Test("news of simulated and remote mailboxes do not concern the kernel, those of others and of the host do")
    func news() throws {
        let real = try #require(MailboxName("0000:0d:00.0@190"))
        #expect(try #require(TaintNews(.vendor, mailbox: real)).concernsKernel)
        #expect(try #require(TaintNews(.lost, mailbox: nil)).concernsKernel)
        #expect(try !#require(TaintNews(.vendor, mailbox: .simulated("cxl"))).concernsKernel)
        let remote = try #require(MailboxName("remote:emulator"))
        #expect(try !#require(TaintNews(.vendor, mailbox: remote)).concernsKernel)
        #expect(TaintNews([], mailbox: real) == nil)
        let line = try #require(TaintNews([.vendor, .abort], mailbox: real)).kernelLogLine
        #expect(line.hasPrefix("0000:0d:00.0@190 is tainted: V (") && line.contains(", A ("))
    }
}
