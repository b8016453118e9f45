import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite struct RuleLanguageTests {
    private func canonical(_ text: String) throws -> String {
        var errors = RuleErrorCollector()
        let document = RuleParser.parse(RuleFile(path: "t.rules", text: text), errors: &errors)
        try errors.check()
        return document.description
    }

    @Test(arguments: [
        ("allow", "allow\n"),
        ("  warn\tclass=vendor   uid=0  ", "warn class=vendor uid=0\n"),
        ("deny object=\"0001:01\"", "deny object=0001:01\n"),
        ("allow exe=\"/usr/bin/my tool\"", "allow exe=\"/usr/bin/my tool\"\n"),
        ("allow exe=\"/bin/a*\"", "allow exe=\"/bin/a*\"\n"),
        ("allow exe=\"/bin/a\u{a0}b\" # \u{a0}é", "allow exe=\"/bin/a\u{a0}b\" # \u{a0}é\n"),
        ("allow driver=\"=x\"", "allow driver=\"=x\"\n"),
        ("allow driver=none", "allow driver=none\n"),
        ("allow driver=\"none\"", "allow driver=\"none\"\n"),
        ("allow object={0001:00,1e98:02} # both", "allow object={0001:00,1e98:02} # both\n"),
        ("allow uid=1000..1999", "allow uid=1000..1999\n"),
        ("allow uid=1000..", "allow uid=1000..\n"),
        ("allow group!=lab", "allow group!=lab\n"),
        ("allow exe=/usr/../bin/a=b", "allow exe=/usr/../bin/a=b\n"),
        (#"allow because "say \"hi\" \\ bye" "#, #"allow because "say \"hi\" \\ bye""# + "\n"),
        ("allow because \"x\" ask-device taint V", "allow taint V ask-device because \"x\"\n"),
        ("warn because \"x\" taint UV", "warn taint VU because \"x\"\n"),
        ("object 1e98:02 published \"CDAT\" kernel 6.0..", "object 1e98:02 published \"CDAT\" kernel 6.0..\n"),
        ("object abcd:* vendor \"Ours\"", "object abcd:* vendor \"Ours\"\n"),
        ("set  gpus={10de:2330,10de:2331}  # ours", "set gpus={10de:2330,10de:2331} # ours\n"),
        ("set tool=\"/opt/my tool\"", "set tool=\"/opt/my tool\"\n"),
        ("allow device!=@gpus uid=@a_B-9", "allow device!=@gpus uid=@a_B-9\n"),
        ("allow driver=\"@x\"", "allow driver=\"@x\"\n"),
        ("allow group={\"domain users\",lab,\"x\"}", "allow group={\"domain users\",lab,x}\n"),
        (#"set a={"}","{,","\"\\",none,"none"} # b"#, #"set a={"}","{,","\"\\",none,"none"} # b"# + "\n"),
        ("allow group={\"1..5\",lab}", "allow group={\"1..5\",lab}\n"),
        ("allow user=\"1000\" group={\"50\",50}", "allow user=\"1000\" group={\"50\",50}\n"),
        ("allow until=\"2027-01-31T18:00:00Z\"", "allow until=2027-01-31T18:00:00Z\n"),
        ("# only words  ", "# only words\n"),
        ("allow\r\ndeny", "allow\ndeny\n"),
        ("", ""),
        ("\n\nallow", "\n\nallow\n"),
    ])
    func `a line prints in its canonical form`(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
        #expect(try canonical(expected) == expected)
    }

    @Test func `a generated document survives printing and parsing`() throws {
        let seed: UInt64 = 1
        var generator = SeededGenerator(seed: seed)
        for round in 0..<2000 {
            let document = DocumentGenerator.document(&generator)
            var errors = RuleErrorCollector()
            let text = document.description
            let parsed = RuleParser.parse(RuleFile(path: "g.rules", text: text), errors: &errors)
            #expect(errors.errors == [], "seed \(seed) round \(round)")
            try #require(parsed.lines == document.lines, "seed \(seed) round \(round): \(text)")
        }
    }

    @Test func `every key of the design is known`() {
        let keys =
            "object class road mode mailbox address device pci-class driver serial uid user group loginuid unit exe "
            + "container via spdm compliance until"
        #expect(RuleKey.words == keys.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("6.12.43+deb12-amd64", 6, 12), ("7.3-rc1", 7, 3), ("6.0", 6, 0), ("6.19.0-0.rc3.fc44", 6, 19),
    ])
    func `a kernel release is read by its first two numbers`(text: String, major: UInt32, minor: UInt32) {
        #expect(KernelVersion(release: text) == KernelVersion(major: major, minor: minor))
    }

    @Test(arguments: ["", "6", "six.twelve", "6.", ".12", "-6.1", "6.x", "99999999999.1"])
    func `what is no kernel release is refused`(text: String) {
        #expect(KernelVersion(release: text) == nil)
    }
}
