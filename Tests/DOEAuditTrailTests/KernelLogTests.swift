import DOEAuditTrail
import DOELinux
import TestSupport
import Testing

@Suite struct KernelLogTests {
    private let directory = TemporaryDirectory()

    @Test func aLineCannotLookLikeTwo() throws {
        let path = directory.path + "/kmsg"
        try AtomicFile.write([], to: path, mode: 0o600)
        let log = KernelLog(path: path)
        log.write("sending 1e98:00\n<0>forged \u{1b}[31m")
        #expect(log.trouble == nil)
        #expect(
            String(decoding: try WholeFile.read(path, limit: 1000), as: UTF8.self)
                == "<4>doe-audit: sending 1e98:00?<0>forged ?[31m\n")
    }

    @Test func aKernelLogThatCannotBeWrittenIsATroubleAndNoFailure() {
        let log = KernelLog(path: directory.path + "/none")
        log.write("anything")
        #expect(log.trouble?.contains("/none") == true)
    }
}
