import DOEWords
import Testing

@testable import doe_audit

@Suite("What a person reads")
struct TerminalTests {
    @Test("nothing that steers a terminal gets through; lines and tabs stay")
    func safe() {
        #expect(Terminal.safe("a\nb\tc\n") == "a\nb\tc\n")
        #expect(Terminal.safe("\u{1b}[2J\u{7f}\u{9b}1m\r") == #"\u{1b}[2J\u{7f}\u{9b}1m\u{0d}"#)
        // A right-to-left override turns the letters after it around.
        #expect(Terminal.safe("evil\u{202e}txt.exe") == #"evil\u{202e}txt.exe"#)
        #expect(Terminal.safe("Ärger: 日本") == "Ärger: 日本")
        #expect(Terminal.safe("") == "")
    }

    @Test("columns are as wide as their widest cell, and no line ends with blanks")
    func table() {
        var table = Table("A", "LONG", "C")
        table.add("wide cell", "x", "")
        table.add("y", "longer", "z")
        table.add("short")
        #expect(table.text == "A          LONG    C\nwide cell  x\ny          longer  z\nshort")
    }

    @Test("the exit status says whether the answer is no, the question was wrong, or it could not be done")
    func exitStatus() {
        #expect(DoneAs(WrongUse("x")) == .wrongUse)
        #expect(DoneAs(NoKernelCopy(problem: "x", remedy: nil)) == .impossible)
        #expect(DoneAs(UnlistedObject(object: .spdm, mailbox: "sim:x", list: "x")) == .no)
    }
}
