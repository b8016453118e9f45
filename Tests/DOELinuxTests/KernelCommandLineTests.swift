import DOELinux
import Testing

@Suite struct KernelCommandLineTests {
    private func parse(_ text: String) -> [String] { parse(Array(text.utf8)) }

    private func parse(_ bytes: [UInt8]) -> [String] {
        KernelCommandLine(bytes).parameters.map { parameter in
            parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name
        }
    }

    @Test(arguments: [
        ("", []),
        (" \t\n\u{b}\u{c}\r ", []),
        ("quiet a=b\n", ["quiet", "a=b"]),
        ("a= b", ["a=", "b"]),
        // Dashes of a name, and of nothing else.
        ("doe-audit.en-force=o-ff", ["doe_audit.en_force=o-ff"]),
        // Quotes keep blanks; around a value or a whole parameter they go, elsewhere they stay.
        (#"a="b c" d"#, ["a=b c", "d"]),
        (#""a=b c" d"#, ["a=b c", "d"]),
        (#""a b" c"#, ["a b", "c"]),
        (#"a=b" "c d"#, [#"a=b" "c"#, "d"]),
        (#"a="b"c d"#, [#"a=b"c"#, "d"]),
        (#"a=""#, ["a="]),
        (#"""#, [""]),
        // A quote that is never closed holds the rest together.
        (#"a="b c d=e"#, ["a=b c d=e"]),
        // The first sign separates, but not in the first place.
        ("a=b=c", ["a=b=c"]),
        ("=a=b", ["=a=b"]),
        ("=a", ["=a"]),
        // Behind a lone -- all is init's; not where it is part of something, or a value.
        ("a -- b=c", ["a"]),
        (#"a "--" b"#, ["a"]),
        ("--a b", ["__a", "b"]),
        ("--=x b", ["__=x", "b"]),
        ("a=-- b", ["a=--", "b"]),
        (#"a="x -- y" b"#, ["a=x -- y", "b"]),
        ("__ b", ["__", "b"]),
    ])
    func `a command line is taken apart as the kernel does it`(text: String, expected: [String]) {
        #expect(parse(text) == expected)
    }

    @Test func `the kernel takes a byte 160 for a blank`() {
        #expect(parse([0x61, 0xa0, 0x62]) == ["a", "b"])
    }

    @Test func `the first of several signs separates name from value`() {
        let parameter = KernelCommandLine("=a=b".utf8).parameters.first
        #expect(parameter?.name == "=a")
        #expect(parameter?.value == "b")
    }
}
