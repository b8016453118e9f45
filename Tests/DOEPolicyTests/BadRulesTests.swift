import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

/// One bad line and what must be said of it.
struct BadRule: Sendable, CustomTestStringConvertible {
    let text: String
    let column: Int
    let message: String
    let remedy: String

    init(_ text: String, _ column: Int, _ message: String, _ remedy: String) {
        self.text = text
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    var testDescription: String { String(text.prefix(60)) }

    static let words = [
        BadRule("sett a={1,2}", 1, "unknown word 'sett'", "did you mean 'set'?"),
        BadRule("set", 4, "the set's name and its values is missing", "write set gpus="),
        BadRule("set gpus", 5, "a set is a name, '=' and its values", "write set gpus="),
        BadRule("set gpus!={a,b}", 5, "a set is a name, '=' and its values", "write set gpus="),
        BadRule("set gpus=", 10, "a value is missing", "right after '='"),
        BadRule("set ={a,b}", 5, "no set can be called ''", "letters, digits"),
        BadRule("set a.b={a,b}", 5, "no set can be called 'a.b'", "letters, digits"),
        BadRule("set a=@b", 7, "a set that is another set", "write its values out"),
        BadRule("set a={1,2} {3}", 13, "unknown word '{3}'", "nothing may follow"),
        BadRule("set a={1,@b}", 10, "a set's name among other values", "a name stands alone"),
        BadRule("allow uid=@", 11, "no set can be called ''", "put in quotes"),
        BadRule("allow uid={0,@lab}", 14, "a set's name among other values", "a name stands alone"),
        BadRule("allow uid=@lab", 11, "no set 'lab' stands before this line", "write it before this line"),
        BadRule("alow uid=0", 1, "unknown word 'alow'", "did you mean 'allow'?"),
        BadRule("dney", 1, "unknown word 'dney'", "did you mean 'deny'?"),
        BadRule("permit uid=0", 1, "unknown word 'permit'", "a line starts with one of: allow, warn, deny, object"),
        BadRule("observed", 1, "unknown word 'observed'", "a line starts with"),
        BadRule("uid=0 allow", 1, "a line starts with a verdict", "allow, warn or deny"),
        BadRule("\"allow\"", 1, "a line starts with a verdict", "allow"),
        BadRule("allow usr=root", 7, "unknown key 'usr'", "did you mean 'user'?"),
        BadRule("allow gid=50", 7, "unknown key 'gid'", "keys: object, class, road"),
        BadRule("allow pid=50", 7, "unknown key 'pid'", "keys: object, class, road"),
        BadRule("allow udi=50", 7, "unknown key 'udi'", "did you mean 'uid'?"),
        BadRule("allow pciclass=0502*", 7, "unknown key 'pciclass'", "did you mean 'pci-class'?"),
        BadRule("allow =0", 7, "a key is missing", "keys"),
        BadRule("allow !=0", 7, "a key is missing", "keys"),
        BadRule("allow uid = 0", 7, "the key 'uid' wants a value", "without blanks"),
        BadRule("allow uid=", 11, "a value is missing", "right after '='"),
        BadRule("allow uid!=", 12, "a value is missing", "right after '='"),
        BadRule("allow uid=0 uid=1", 13, "stands twice", "uid={a,b}"),
        BadRule("allow taint V uid=0", 15, "a condition after an effect", "before taint, ask-device and because"),
        BadRule("allow ask-device uid=0", 18, "a condition after an effect", "before taint, ask-device"),
        BadRule("allow ask-device ask-device", 18, "a second 'ask-device'", "one"),
        BadRule("deny uid=7 ask-device", 12, "a refusal asks no device", "allow or warn"),
        BadRule("deny driver==vfio-pci", 13, "a second '='", "write driver=…"),
        BadRule("deny unit!==a.service", 12, "a second '='", "write unit=…"),
        BadRule("allow everybody", 7, "unknown word 'everybody'", "key=value"),
        BadRule("allow \"x\"", 7, "a string on its own", "because"),
        BadRule("allow tiant V", 7, "unknown word 'tiant'", "did you mean 'taint'?"),
        BadRule("warn taint", 11, "the letters after 'taint' is missing", "letters: VUCXBWMALDPKN"),
        BadRule("warn taint Q", 12, "unknown taint letters 'Q'", "letters: VUCXBWMALDPKN"),
        BadRule("warn taint \"V\"", 12, "unknown taint letters", "letters"),
        BadRule("warn taint V taint U", 14, "a second 'taint'", "in one"),
        BadRule("deny taint V", 12, "a refusal cannot set 'V'", "C and M only"),
        BadRule("allow because", 14, "the string after 'because' is missing", "because \"ticket"),
        BadRule("allow because SEC-12", 15, "'because' wants a string", "because \"ticket"),
        BadRule("allow because \"a\" because \"b\"", 19, "a second 'because'", "one"),
        BadRule("allow because \"open", 15, "the string has no end", "close it"),
        BadRule("allow because \"a\\n\"", 17, "an unknown escape", #"\" and \\ only"#),
        BadRule("allow because \"a\\", 17, "an unknown escape", #"\" and \\ only"#),
        BadRule("allow because \"a\"b", 18, "a blank is missing after the string", #"\""#),
        BadRule("allow exe=/bin/\"a b\"", 16, "a quote in the middle of a word", "whole value in quotes"),
        BadRule("allow uid=0#root", 12, "'#' in the middle of a word", "blank before a comment"),
        BadRule("allow\u{1}", 6, "a control character", "plain text"),
        BadRule("allow\0", 6, "a control character", "plain text"),
        BadRule("allow \u{7f}", 7, "a control character", "plain text"),
        BadRule("allow\rdeny", 6, "a control character", "plain text"),
        BadRule("\u{feff}\u{feff}allow", 1, "cannot be seen, U+FEFF", "take it out"),
        BadRule("\u{feff}\u{feff}# a comment", 1, "cannot be seen, U+FEFF", "take it out"),
        BadRule("deny driver=vfio-pci\u{a0}uid=1000", 21, "cannot be seen, U+A0", "quotes"),
        BadRule("deny exe=/bin/a\u{200b}", 16, "cannot be seen, U+200B", "quotes"),
        BadRule("deny exe=/bin/{a\u{3000},b}", 17, "cannot be seen, U+3000", "quotes"),
        BadRule("# seen as two lines\u{2028}deny", 20, "a control character", "plain text"),
        BadRule("allow because \"\u{202e}yned\"", 16, "a control character", "plain text"),
        BadRule("allow # \u{2066}", 9, "a control character", "plain text"),
        BadRule("allow # \u{85}deny", 9, "a control character", "plain text"),
        BadRule("allow because \"é\" usr=1", 19, "a condition after an effect", "before"),
        BadRule("allow exe=/é usr=1", 14, "unknown key 'usr'", "'user'"),
        BadRule("allow " + String(repeating: "x", count: 5000), 1, "the line has 5006 bytes", "several rules"),
    ]

    static let values = [
        BadRule("allow uid=root", 11, "no uid can be 'root'", "user="),
        BadRule("allow uid=-1", 11, "no uid can be '-1'", "numbers"),
        BadRule("allow uid=0x10", 11, "no uid can be '0x10'", "numbers"),
        BadRule("allow uid=007", 11, "no uid can be '007'", "numbers"),
        BadRule("allow uid=4294967296", 11, "no uid can be '4294967296'", "numbers"),
        BadRule("allow uid=1*", 11, "a glob in uid=", "numbers, ranges"),
        BadRule("allow uid=5..1", 11, "the range ends below its start", "1..5"),
        BadRule("allow uid=..5", 11, "a range has two numbers", "1000..1999"),
        BadRule("allow uid=a..b", 11, "a range has two numbers", "1000..1999"),
        BadRule("allow uid={1..5,7}", 11, "a range has two numbers", "not in a set"),
        BadRule("allow uid=0,1", 12, "a comma outside of a set", "{a,b}"),
        BadRule("allow uid={0,1", 11, "the set has no end", "'}'"),
        BadRule("allow uid={0, 1}", 11, "the set has no end", "no blanks in it, but in quotes"),
        BadRule("allow group={\"a b\"c,d}", 19, "a comma is missing after the string", #"\""#),
        BadRule("allow group={a\"b\",d}", 15, "a quote in the middle of a word", "a whole one of a set"),
        BadRule("allow group={\"a b", 14, "the string has no end", "close it"),
        BadRule("allow group={\"a b\"", 13, "the set has no end", "in quotes"),
        BadRule("allow group={\"a b\" }", 13, "the set has no end", "in quotes"),
        BadRule("allow container={\"none\",web1}", 17, "no container can be 'none'", "without quotes"),
        BadRule("allow exe={\"/opt/a b/*\",/opt/*/}", 11, "no exe can be '/opt/*/'", "whole path"),
        BadRule("deny user=\"0\"", 11, "there is no user '0'", "must not miss"),
        BadRule("deny group={50,\"50\"}", 12, "there is no group '50'", "must not miss"),
        BadRule("allow uid={}", 12, "an empty alternative", "{a,b}"),
        BadRule("allow uid={0,}", 14, "an empty alternative", "{a,b}"),
        BadRule("allow uid={0,{1}}", 14, "a set inside a set", "flat"),
        BadRule("allow uid=0}", 12, "'}' without '{'", "brace"),
        BadRule("allow uid=\"\"", 11, "an empty value", "uid=none"),
        BadRule("allow user=0", 12, "no user can be '0'", "uid="),
        BadRule("allow user=a*", 12, "a glob in user=", "no globs"),
        BadRule("allow group=gpu-*", 13, "a glob in group=", "no globs"),
        BadRule("deny user=ghost", 11, "there is no user 'ghost'", "must not miss"),
        BadRule("deny group={lab,ghosts}", 12, "there is no group 'ghosts'", "must not miss"),
        BadRule("deny user!=ghost", 12, "there is no user 'ghost'", "must not miss"),
        BadRule("allow user=broken", 12, "cannot learn whether the user 'broken' exists: no answer", "number"),
        BadRule("allow object=1G98:02", 14, "no object can be '1G98:02'", "hexadecimal"),
        BadRule("allow device=NONE", 14, "no device can be 'NONE'", "hexadecimal"),
        BadRule("allow object=1e98", 14, "no object can be '1e98'", "VVVV:TT"),
        BadRule("allow object=1e98:002", 14, "no object can be", "VVVV:TT"),
        BadRule("allow object=0x1e98:*", 14, "no object can be", "VVVV:TT"),
        BadRule("allow object=none", 14, "object is never none", "VVVV:TT"),
        BadRule("allow object=0001:{01,zz}", 14, "no object can be '0001:zz'", "VVVV:TT"),
        BadRule("allow object=????????", 14, "no object can be", "VVVV:TT"),
        BadRule("allow class=publishd", 13, "unknown class 'publishd'", "did you mean 'published'?"),
        BadRule("allow class=malformed", 13, "unknown class 'malformed'", "kernel-expected, published, vendor"),
        BadRule("allow class=none", 13, "class is never none", "one of"),
        BadRule("allow road=vfio", 12, "unknown road 'vfio'", "proxy, kernel, bypass, passthrough"),
        BadRule("allow mode=bringup", 12, "unknown mode 'bringup'", "did you mean 'bring-up'?"),
        BadRule("allow via=tpc", 11, "unknown via 'tpc'", "did you mean 'tcp'?"),
        BadRule("allow mailbox=0d:00.0@190", 15, "no mailbox can be '0d:00.0@190'", "0000:0d:00.0@190"),
        BadRule("allow mailbox=0000:0d:00.0@191", 15, "no mailbox can be", "0000:0d:00.0@190"),
        BadRule("allow mailbox=sim:CXL", 15, "no mailbox can be", "0000:0d:00.0@190"),
        BadRule("allow address=0000:0d:00.8", 15, "no address can be", "0000:0d:00.0"),
        BadRule("allow address=0000:0d:3f.0", 15, "no address can be", "0000:0d:00.0"),
        BadRule("deny address=00000:0d:00.0", 14, "no address can be '00000:0d:00.0'", "0000:0d:00.0"),
        BadRule("deny mailbox=00000:0d:00.0@190", 14, "no mailbox can be", "0000:0d:00.0@190"),
        BadRule("allow device=8086", 14, "no device can be '8086'", "VVVV:DDDD"),
        BadRule("allow pci-class=0502", 17, "no pci-class can be '0502'", "050210"),
        BadRule("allow pci-class=05021G", 17, "no pci-class can be", "hexadecimal"),
        BadRule("allow spdm=GET_VERSON", 12, "no spdm can be 'GET_VERSON'", "did you mean 'GET_VERSION'?"),
        BadRule("allow spdm=get_version", 12, "no spdm can be", "did you mean 'GET_VERSION'?"),
        BadRule("allow spdm=VERSION", 12, "no spdm can be", "rules name requests"),
        BadRule("allow spdm=CHUNK_SEND", 12, "no spdm can be", "write opaque"),
        BadRule("allow spdm=0x84", 12, "no spdm can be '0x84'", "write GET_VERSION"),
        BadRule("allow spdm=0X90", 12, "no spdm can be", "PCI-SIG.10de"),
        BadRule("allow spdm={GET_VERSION,TDIPS}", 12, "no spdm can be 'TDIPS'", "did you mean 'TDISP'?"),
        BadRule("allow spdm=GETVERSION*", 12, "no spdm can be 'GETVERSION*'", "did you mean 'GET_VERSION'?"),
        BadRule("allow spdm=1..2", 12, "no spdm can be", "a request's name"),
        BadRule(
            "allow compliance=inject-link-poisson", 18, "no compliance can be", "did you mean 'inject-link-poison'?"),
        BadRule("allow compliance=0x00", 18, "no compliance can be '0x00'", "write capabilities"),
        BadRule("allow compliance=6", 18, "no compliance can be '6'", "inject-link-poison"),
        BadRule("allow exe=tool", 11, "no exe can be 'tool'", "whole path"),
        BadRule("deny exe=/usr/../bin/tool", 10, "no exe can be '/usr/../bin/tool'", "without . and .."),
        BadRule("deny exe=/usr/./bin/tool", 10, "no exe can be", "whole path"),
        BadRule("deny exe=//bin/tool", 10, "no exe can be", "whole path"),
        BadRule("deny exe=/opt/tool/", 10, "no exe can be", "whole path"),
        BadRule("allow exe=*", 11, "no exe can be '*'", "whole path"),
        BadRule("allow exe=/usr/**/tool", 16, "'**' means no more than '*'", "stops at every '/'"),
        BadRule("allow unit=attestation", 12, "no unit can be 'attestation'", "attestation.service"),
        BadRule(
            "allow exe=/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", 11, "more than 1024 values",
            "several rules"),
    ]

    static let objectLines = [
        BadRule("object", 7, "the object is missing", "1e98:02 published"),
        BadRule("object 1e98:02", 15, "the class is missing", "published, vendor, compliance, unknown"),
        BadRule("object 1e98:02 publishd \"x\"", 16, "'publishd' is no class", "did you mean 'published'?"),
        BadRule("object 1e98:02 kernel-expected \"x\"", 16, "is no class for an object line", "kernel 6.0.."),
        BadRule("object 1e98:02 malformed \"x\"", 16, "is no class for an object line", "published"),
        BadRule("object 1e98:02 published", 25, "the object's name is missing", "\"CXL"),
        BadRule("object 1e98:02 published CDAT", 26, "the object's name is a string", "\"CXL"),
        BadRule("object 1e98:02 published \"\"", 26, "the object's name is a string", "\"CXL"),
        BadRule("object 1e98:02 published \"x\" 6.0..", 30, "unknown word '6.0..'", "kernel, dwords"),
        BadRule("object 1e98:02 published \"x\" kernel", 36, "the range after 'kernel' is missing", "6.0.."),
        BadRule("object 1e98:02 published \"x\" kernel 6.0", 37, "'6.0' is no range of kernels", "6.0.."),
        BadRule("object 1e98:02 published \"x\" kernel 6.9..6.2", 37, "is no range of kernels", "6.0.."),
        BadRule("object 1e98:02 published \"x\" kernel 6.0.1..", 37, "is no range of kernels", "major and minor"),
        BadRule("object 1e98:02 published \"x\" kernel 6.0.. x", 43, "unknown word 'x'", "kernel, dwords"),
        BadRule("object 1e98:02 published \"x\" kernel 6.0.. kernel 6.1..", 43, "a second 'kernel'", "write one"),
        BadRule("object 1e98:02 published \"x\" kernal 6.0..", 30, "unknown word 'kernal'", "did you mean 'kernel'?"),
        BadRule("object abcd:02 vendor \"x\" dword 3", 27, "unknown word 'dword'", "did you mean 'dwords'?"),
        BadRule("object abcd:02 vendor \"x\" dwords", 33, "the length after 'dwords' is missing", "dwords 3..4"),
        BadRule("object abcd:02 vendor \"x\" dwords 3 dwords 4", 36, "a second 'dwords'", "write one"),
        BadRule("object abcd:02 vendor \"x\" dwords 1", 34, "'1' is no length of an object", "2 to 262144"),
        BadRule("object abcd:02 vendor \"x\" dwords 4..3", 34, "'4..3' is no length", "dwords 3..4"),
        BadRule("object abcd:02 vendor \"x\" dwords ..3", 34, "'..3' is no length", "dwords 3..4"),
        BadRule("object abcd:02 vendor \"x\" dwords 3..4..5", 34, "'3..4..5' is no length", "dwords 3..4"),
        BadRule("object abcd:02 vendor \"x\" dwords 03", 34, "'03' is no length", "dwords 3..4"),
        BadRule("object abcd:02 vendor \"x\" dwords 3..262145", 34, "is no length", "262144"),
        BadRule("object abcd:02 vendor \"x\" dwords=3", 27, "unknown word 'dwords=3'", "did you mean 'dwords'?"),
        BadRule("object abcd:02 vendor \"x\" kernel 6.0..", 27, "'kernel' on an object of class vendor", "published"),
        BadRule("object uid=0 vendor \"x\"", 8, "an object is missing", "1e98:02"),
        BadRule("object none vendor \"x\"", 8, "'none' is no object", "VVVV:TT"),
        BadRule("object 1G98:02 vendor \"x\"", 8, "no object can be", "VVVV:TT"),
        BadRule("object 1e98:00 published \"x\"", 8, "1e98:00 cannot be published", "whatever rules say"),
        BadRule("object 1e98:{00,02} unknown \"x\"", 8, "1e98:00 cannot be unknown", "whatever rules say"),
    ]
}

@Suite struct BadRulesTests {
    @Test(arguments: BadRule.words + BadRule.values + BadRule.objectLines)
    func `a bad rule is refused with its place and what to write`(bad: BadRule) throws {
        let found = errors("# first\n" + bad.text + "\nallow object=0001:00\n")
        #expect(found.count == 1)
        let error = try #require(found.first)
        #expect(error.place.line == 2)
        #expect(error.place.column == bad.column, "\(error)")
        #expect(error.message.contains(bad.message), "\(error)")
        #expect(try #require(error.remedy).contains(bad.remedy), "\(error)")
        #expect(error.problem.hasPrefix("/etc/t.rules:2:\(bad.column): "))
    }

    @Test func `an error prints like a compiler's`() throws {
        let error = try #require(errors("allow\tusr=root uid=0 # x").first)
        #expect(
            error.description == """
                /etc/t.rules:1:7: error: unknown key 'usr'
                    allow\tusr=root uid=0 # x
                         \t^~~
                    did you mean 'user'?
                """)
    }

    @Test(arguments: [
        ("allow exe=/\u{4e2d}\u{6587} usr=1", 16, 3), ("allow exe=/e\u{301} usr=1", 13, 3),
        ("allow exe=/\u{1f600} usr=1", 14, 3), ("allow exe=/\u{e000} usr=1", 13, 3),
        ("allow via=\u{4e2d}\u{6587}", 10, 4),
    ])
    func `the caret stands under the word on a terminal, behind wide characters and accents too`(
        text: String, columnsBefore: Int, columns: Int
    ) throws {
        let excerpt = try #require(errors(text).first).place.excerpt
        let caret = String(repeating: " ", count: 4 + columnsBefore) + "^" + String(repeating: "~", count: columns - 1)
        #expect(excerpt.split(separator: "\n").last.map(String.init) == caret)
        #expect(!excerpt.contains("\u{e000}"))
    }

    @Test func `all errors of a load come at once`() throws {
        let files = [
            RuleFile(path: "a.rules", text: "alow\nallow\nallow usr=x\n"),
            RuleFile(path: "b.rules", text: "deny user=ghost\nobject x\n"),
        ]
        let error = try #require(throws: PolicyError.self) {
            try Policy.load(files: files, kernel: testKernel, resolver: TestNames(), generation: 1)
        }
        let places = error.errors.map { "\($0.place.file):\($0.place.line)" }
        #expect(places == ["a.rules:1", "a.rules:3", "b.rules:1", "b.rules:2"])
        #expect(error.problem.contains("and 3 more"))
    }

    @Test func `of very many errors the first hundred are kept and all are counted`() throws {
        let text = String(repeating: "nonsense\n", count: 5000)
        let error = try #require(throws: PolicyError.self) { try policy(text) }
        #expect(error.errors.count == 100)
        #expect(error.count == 5000)
        #expect(error.description.hasSuffix("4900 more errors are not shown"))
    }

    @Test func `a long line is shown around the caret, and control characters are not passed on`() throws {
        let long = "allow exe=/" + String(repeating: "a", count: 3000) + " usr=1"
        let error = try #require(errors(long).first)
        #expect(error.description.utf8.count < 600)
        #expect(error.description.contains("usr=1"))
        let escape = try #require(errors("allow \u{1b}[31m \u{202e}").first)
        #expect(!escape.description.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    }

    @Test func `a file over the limit is refused before it is read`() {
        let found = errors(String(repeating: "#", count: RuleLimits.fileBytes + 1))
        #expect(found.count == 1)
        #expect(found.first?.message.contains("more than") == true)
    }

    @Test func `a file with too many lines is refused, empty ones too`() {
        let found = errors(String(repeating: "\n", count: RuleLimits.lines + 1))
        #expect(found.map(\.place.line) == [RuleLimits.lines + 1])
    }

    @Test func `long rows of stars cost nothing`() throws {
        let stars = String(repeating: "{*}", count: 1300)
        let judge = Judge(try policy("deny object=\(stars)1\nallow object=\(stars)"))
        #expect(judge.decide(try inquiry("0001:00")).verdict == .allow)
    }

    @Test func `an unknown name in an allow is a warning, and the rule never matches`() throws {
        let loaded = try policy("allow user=ghost\nallow user!=ghost\nwarn group={ghosts,lab}\n")
        #expect(loaded.warnings.map(\.place.line) == [1, 2, 3])
        #expect(loaded.warnings[0].message == "there is no user 'ghost' on this host: the rule never matches")
        #expect(loaded.warnings[1].message.hasSuffix("the rule never matches"))
        #expect(loaded.warnings[2].message.hasSuffix("the rule matches only the others it names"))
        let judge = Judge(loaded)
        #expect(judge.decide(try inquiry("0001:00")).reason == .defaultDeny)
        let member = try inquiry("0001:00", client: client(groups: .known([60])))
        #expect(judge.decide(member).verdict == .warn)
    }

    @Test func `random bytes never trap`() {
        let seed: UInt64 = 2
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            let count = Int.random(in: 0...120, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            _ = errors(String(decoding: bytes, as: UTF8.self)).map(\.description)
        }
    }

    @Test func `mutilated rules never trap`() throws {
        let seed: UInt64 = 3
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{},*?\"\\=!#. :\n\tnone0a/é".utf8)
        for _ in 0..<3000 {
            var bytes = Array(DocumentGenerator.document(&generator).description.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = generator.pick(alphabet)
                default: bytes.insert(generator.pick(alphabet), at: index)
                }
            }
            for error in errors(String(decoding: bytes, as: UTF8.self)) {
                #expect(!error.description.isEmpty)
                #expect(error.place.column >= 1, "seed \(seed)")
            }
        }
    }
}
