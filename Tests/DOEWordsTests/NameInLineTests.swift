import DOEWords
import TestSupport
import Testing

@Suite("A name in a line of text")
struct NameInLineTests {
    @Test("a plain one stands as it is, and words by nature in quotes")
    func plain() {
        for name in ["/usr/bin/x", "90-doe-audit.rules:12", "probe@7.service", "a+b~c%d", "x", "...x"] {
            #expect(name.asName == name)
            #expect(name.inQuotes == "\"\(name)\"" && name.inSingleQuotes == "'\(name)'")
        }
    }

    @Test(
        "of any other it shows where it ends and what is in it",
        arguments: [
            ("", "\"\""), ("a b", #""a b""#), ("a,", #""a,""#), ("a[1]", #""a[1]""#), ("a=b", #""a=b""#),
            ("a.", #""a.""#), ("a:", #""a:""#), ("a\"b\\c", #""a\"b\\c""#), ("a'b", #""a'b""#),
            ("a\nb\u{1b}", #""a\u{0a}b\u{1b}""#), ("Zoë 東京", "\"Zoë 東京\""), ("\u{202e}a\u{a0}", #""\u{202e}a\u{a0}""#),
            // What would join the quote.
            ("\u{301}a", #""\u{301}a""#),
        ])
    func quoted(name: String, text: String) {
        #expect(name.asName == text && name.inQuotes == text)
    }

    @Test("what is no text is shown byte by byte")
    func bytes() {
        #expect([UInt8]("/tmp/a".utf8).asName == "/tmp/a")
        #expect(([UInt8]("/tmp/a".utf8) + [0xff, 0xc3]).asName == #""/tmp/a\xff\xc3""#)
        // A literal backslash cannot be taken for that.
        #expect(#"/tmp/a\xff"#.asName == #""/tmp/a\\xff""#)
    }

    @Test("single quotes are escaped in single quotes alone")
    func singleQuotes() {
        #expect(#"it's "a" \"#.inSingleQuotes == #"'it\'s "a" \\'"#)
    }

    @Test("of a long path the beginning and the file's own name are there, and between them the mark")
    func long() {
        let path = "/" + String(repeating: "d/", count: 500) + "agent"
        #expect(path.asName.hasPrefix(#""/d/d/"#) && path.asName.hasSuffix(#"/d/agent""#))
        #expect(path.asName.utf8.count <= 300 + 7)
        let name = String(repeating: "n", count: 255)
        let deep = String(repeating: "/d", count: 500) + "/" + name
        #expect(deep.asName.hasSuffix("/\(name)\"") && deep.asName.contains("\"...\""))
        // A name that takes more room than there is has its own beginning and end.
        let odd = "/bin/" + String(repeating: "\u{1}", count: 255) + "end"
        #expect(odd.asName.hasSuffix("\\u{01}end\"") && odd.asName.hasPrefix("\"/bin/\\u{01}"))
        #expect(String(repeating: "u", count: 200).asName(limit: 20) == #""uuuuuuuuuu"..."uuuuuuuuuu""#)
    }

    @Test("whatever names are, a line of them comes apart as it was put together")
    func random() {
        var generator = SeededGenerator(seed: 48)
        for round in 0..<1_000 {
            let names = (0..<4).map { _ in generator.hostileName(path: generator.once(in: 2)) }
            let separators = [" of ", ", ", ": ", "[1] "]
            var text = "for "
            for (name, separator) in zip(names, separators) { text += name.asName + separator }
            #expect(text == text.printable && text.utf8.count < 4 * 320)
            let line = NaiveLine(text)
            #expect(line.take("for "))
            for (name, separator) in zip(names, separators) {
                guard let found = line.name(), found.isOf(name), line.take(separator) else {
                    Issue.record("round \(round): \(name) in \(text), left: \(line.remainder)")
                    break
                }
                // Only a long one is cut.
                if name.asName.utf8.count < 300 { #expect(found == .whole(name)) }
            }
            let text8 = String(decoding: names[0], as: UTF8.self)
            if Array(text8.utf8) == names[0] { #expect(text8.asName == names[0].asName) }
        }
    }
}
