import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite struct KernelLockdownTests {
    private func of(_ text: String) -> KernelLockdown { KernelLockdown(text: text, of: "lockdown") }

    @Test func `the word in brackets is in force`() {
        #expect(of("[none] integrity confidentiality\n") == .off)
        #expect(of("none [integrity] confidentiality\n") == .on("integrity"))
        #expect(of("none integrity [confidentiality]\n") == .on("confidentiality"))
        #expect(of("none [something-later]\n") == .on("something-later"))
    }

    @Test(arguments: ["", "none", "[]", "[none] [integrity]", "[none", "none]", "\n", "[none integrity]"])
    func `a text that does not say it is not taken for none`(text: String) {
        #expect(of(text) == .unknown("lockdown does not say which lockdown is in force"))
    }

    @Test func `a folder that is no securityfs is not believed, with such a file or without`() {
        let folder = TemporaryDirectory()
        for isThere in [false, true] {
            if isThere {
                let file = unsafe open("\(folder.path)/lockdown", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
                _ = unsafe write(file, "[none]\n", 7)
                close(file)
            }
            guard case .unknown(let why) = KernelLockdown.current(directory: folder.path) else {
                Issue.record("it was believed")
                continue
            }
            #expect(why.contains("mount -t securityfs"))
        }
        // Another file system of the kernel's own is none either.
        guard case .unknown = KernelLockdown.current(directory: "/proc") else {
            Issue.record("procfs was believed")
            return
        }
    }

    @Test func `without such a folder nobody knows`() {
        guard case .unknown(let why) = KernelLockdown.current(directory: "/no/such/folder") else {
            Issue.record("it was taken for none")
            return
        }
        #expect(why.contains("no securityfs"))
    }
}
