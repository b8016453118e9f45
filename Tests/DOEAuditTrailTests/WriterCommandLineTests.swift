@testable import DOEAuditTrail
import Testing

@Suite("Whose records they are is told by the command line that journald has noted")
struct WriterCommandLineTests {
    private func line(_ text: String) -> WriterCommandLine { WriterCommandLine(Array(text.utf8)) }

    @Test("the state directory, however it is written")
    func stateDirectory() {
        let daemon = "/usr/sbin/doe-auditd"
        let found = [
            daemon: nil, "\(daemon) --proxy": nil, "\(daemon) --state-directories=/x": nil,
            "\(daemon) --state-directory": nil,
            "\(daemon) --state-directory /x --proxy": "/x", "\(daemon) --state-directory=/x": "/x",
            "\(daemon)\0--state-directory\0/x\0--proxy\0": "/x", "\(daemon)\0--state-directory=/x y\0": "/x",
            "\(daemon) --state-directory \"/x y\" --proxy": "/x y", "\(daemon) --state-directory $'/x y'": "/x y",
            "\(daemon) --state-directory=/x --state-directory=/y/": "/y",
        ]
        for (text, directory) in found { #expect(line(text).stateDirectory == directory, "\(text)") }
    }

    @Test("the same one, whatever separates its words")
    func same() {
        #expect(line("a\0--b\0c d\0").isSame(as: line("a --b \"c d\"")))
        #expect(!line("a --b c").isSame(as: line("a --b d")))
    }
}
