import DOEWords
import Glibc
import SPDMSocket
import Testing

@testable import DOEConfiguration

/// Every mistake ends the start, and says file, line and what was meant.
@Suite struct BadConfigurationTests {
    private let tree = TemporaryTree()
    private var path: String { "\(tree.path)/doe-auditd.toml" }

    private func mistakes(_ given: [Configuration.Given] = [], keys: [KeyDefinition] = ConfigurationKeys.all)
        -> [String]
    {
        do throws(ConfigurationError) {
            _ = try Configuration.load(ConfigurationFiles(in: tree.path), commandLine: given, keys: keys)
            return []
        } catch {
            return error.mistakes
        }
    }

    static let corpus: [(text: String, line: Int, words: String)] = [
        // No TOML.
        ("frame-timeout", 1, ""), ("frame-timeout =\n", 1, ""), ("\n\n= 3\n", 3, ""), ("frame-timeout = 1 2\n", 1, ""),
        ("rules = 'x\n", 1, ""), ("rules = \"a\\q\"\n", 1, ""), ("# ok\nrules = \"\u{1}\"\n", 2, ""),
        ("rules = \"\"\"\nnever\nclosed", 3, ""), ("frame-timeout = 010\n", 1, ""), ("frame-timeout = 1_\n", 1, ""),
        ("frame-timeout = 99999999999999999999\n", 1, ""), ("\n[rules\n", 2, ""), ("a\u{0} = 1", 1, ""),
        ("# \u{0}", 1, ""), ("\u{feff}\u{feff}rules = 'x'", 1, ""), ("frame-timeout = tru", 1, ""),
        ("\nrules = 'x' rules = 'y'", 2, ""), ("simulate = " + String(repeating: "[", count: 100_000), 1, ""),
        // toml++ of itself aborts here, or does anything.
        ("[=]", 1, "saw '='"), ("\n[", 2, ""), ("é = 1", 1, "saw 'é'"), ("rules é = 'x'", 1, ""), ("rules = é", 1, ""),
        // The same twice.
        ("frame-timeout = 1\n\nframe-timeout = 2\n", 3, "frame-timeout"),
        ("frame-timeout = 1\n'frame-timeout' = 2\n", 2, "frame-timeout"),
        // No such key.
        ("frame-timout = 5\n", 1, "there is no key 'frame-timout'; did you mean 'frame-timeout'?"),
        ("\n# x\nframe_timeout = 5\n", 3, "did you mean 'frame-timeout'?"),
        ("Rules = 'x'\n", 1, "did you mean 'rules'?"), ("zzzzzzzz = 1\n", 1, "keys: proxy, witness, simulate, tcp"),
        ("'' = 1\n", 1, "there is no key ''"), ("\"frame-timeout\\u0000\" = 1\n", 1, #"'frame-timeout\u{00}'"#),
        ("\"\\u001b[2J\" = 1", 1, #"'\u{1b}[2J'"#),
        // Keys are flat.
        ("\n[limits]\nrate = 5\n", 2, "there is no key 'limits'; keys stand at the top level"),
        ("[[doors]]\nx = 1\n", 1, "there is no key 'doors'"), ("limits.rate = 5\n", 1, "without [tables] and dots"),
        ("[rules]\n", 1, "rules takes a text that is not empty, not a table"),
        // Values that their keys do not take.
        ("frame-timeout = 0\n", 1, "frame-timeout takes a whole number from 1 to 3600, not 0"),
        ("\n\nframe-timeout = 3601", 3, "not 3601"), ("frame-timeout = -1", 1, "not -1"),
        ("frame-timeout = -9223372036854775808", 1, "not -9223372036854775808"),
        ("frame-timeout = '5'", 1, #"takes a whole number from 1 to 3600, not "5""#),
        ("frame-timeout = 5.0", 1, "not a number with a point, or a date"), ("frame-timeout = inf", 1, "not a number"),
        ("frame-timeout = 2026-01-01", 1, "or a date"), ("frame-timeout = true", 1, "not true"),
        ("frame-timeout = []", 1, "not []"), ("frame-timeout = {}", 1, "not a table"),
        ("rules = 5", 1, "rules takes a text that is not empty, not 5"), ("rules = ''", 1, #"not """#),
        ("rules = ['/x']", 1, #"not ["/x"]"#), ("rules = ['/x', 5]", 1, "not a list with something else in it"),
        ("rules = [['/x']]", 1, "not a list with"),
        // Texts that name no place.
        ("tcp = ['sim:cxl']", 1, "tcp: 'sim:cxl' has no '='; write MAILBOX=127.0.0.1:PORT"),
        ("tcp = ['sim:cxl=0.0.0.0:2323']", 1, "tcp: 0.0.0.0 can be reached from other hosts"),
        ("\ntcp = ['sim:cxl=127.0.0.1:99999']", 2, "is no numeric IPv4 address with a port of 1 to 65535"),
        ("tcp = [\"\\u001b[2J=127.0.0.1:1\"]", 1, #"'\u{1b}[2J' is no mailbox name"#),
        ("simulate = 'cxl'\ntcp = ['sim:cxl=127.0.0.1:1', 'sim:cxl=127.0.0.1:2']", 2, "sim:cxl is named twice"),
        ("remote = ['e=localhost:2323']", 1, "remote: 'e=localhost:2323' names no mailbox behind an SPDM socket"),
        ("remote = ['e=[::1]:2323']", 1, "names no mailbox"), ("remote = ['bad name=127.0.0.1:1']", 1, "names no"),
        ("remote = ['e=/x', 'e=/y']", 1, "remote:e is named twice"),
        ("simulate = 'cxl, vendor'", 1, "there is no simulated function ' vendor'; there are, each once: cxl, vendor"),
        ("\nsimulate = 'gpu'", 2, "there is no simulated function 'gpu'"),
        ("simulate = 'vendor*65'", 1, "'vendor*65' asks for no number from 1 to 64"),
        ("simulate = 'spdm=nowhere'", 1, "'nowhere' is no numeric IPv4 address"),
        ("simulate = 'cxl,cxl'", 1, "sim:cxl is named twice"),
        // Keys that do not fit together.
        ("proxy = false\ntcp = ['sim:cxl=127.0.0.1:1']", 2, "no mailbox is served, since proxy is false"),
        ("proxy = false\nremote = ['e=/x']", 2, "no mailbox is served, since proxy is false"),
        (
            "simulate = 'vendor'\n\ntcp = ['sim:cxl=127.0.0.1:1']", 3,
            "no mailbox sim:cxl to serve over TCP; there are: sim:"
        ),
        ("tcp = ['sim:cxl=127.0.0.1:1']", 1, "there is no mailbox sim:cxl to serve over TCP; name it in simulate too"),
        ("tcp = ['remote:e=127.0.0.1:1']", 1, "there is no mailbox remote:e to serve over TCP; name it in remote too"),
        ("remote = ['e=/run/doe-audit/mailbox/x.sock']", 1, "is doe-auditd's own socket"),
        ("simulate = 'cxl'\nremote = ['e=0.0.0.0:7']\ntcp = ['sim:cxl=127.0.0.1:7']", 2, "own door to sim:cxl"),
        ("tcp = ['sim:spdm=127.0.0.1:7']\nsimulate = 'spdm=127.0.0.1:7'", 2, "own door to sim:spdm"),
        ("runtime-directory = '/\(String(repeating: "x", count: 110))'", 1, "choose a shorter runtime directory"),
    ]

    @Test(arguments: corpus)
    func `a mistake is told with file, line and what was meant`(text: String, line: Int, words: String) {
        tree.file("doe-auditd.toml", text)
        let found = mistakes()
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("\(path):\(line): ") == true, "\(found)")
        #expect(found.first?.contains(words) == true, "\(found)")
        #expect(found.first?.contains("\n") == false)
    }

    @Test func `bytes that are no UTF-8 are told with their line`() {
        tree.file("doe-auditd.toml", [UInt8]("rules = 'x'\n# ".utf8) + [0xff, 0x0a])
        #expect(mistakes() == ["\(path):2: not UTF-8 text; save it as UTF-8"])
    }

    @Test func `all mistakes of all files and options are told at once, in the order of their lines`() {
        tree.folder("doe-auditd.toml.d")
        tree.file("doe-auditd.toml", "zz-last = 1\nframe-timeout = 0\naa-first = 2\n")
        tree.file("doe-auditd.toml.d/a.toml", "nonsense")
        let found = mistakes([("frame-timeout", ["never"])])
        let lines = ["\(path):1: ", "\(path):2: ", "\(path):3: ", "\(path).d/a.toml:1: ", "--frame-timeout takes"]
        #expect(found.count == lines.count)
        for (mistake, line) in zip(found, lines) { #expect(mistake.hasPrefix(line)) }
    }

    @Test func `each text of a list is told of, and what does not fit together only where all else is right`() {
        tree.file("doe-auditd.toml", "tcp = ['a', 'sim:cxl=127.0.0.1:x']\nremote = ['b']\nsimulate = 'c,d'\n")
        let lines = [1, 1, 2, 3, 3].map { "\(path):\($0): " }
        let found = mistakes()
        #expect(found.count == lines.count)
        for (mistake, line) in zip(found, lines) { #expect(mistake.hasPrefix(line)) }
        tree.file("doe-auditd.toml", "tcp = ['sim:cxl=127.0.0.1:1']\nsimulate = 5\n")
        #expect(mistakes() == [#"\#(path):2: simulate takes a text that is not empty, not 5"#])
        // What is put right on the command line is right.
        tree.file("doe-auditd.toml", "tcp = ['sim:cxl=127.0.0.1:1']\nsimulate = 'vendor'\n")
        #expect(mistakes([("simulate", ["vendor,cxl"])]) == [])
        #expect(
            mistakes([("tcp", ["sim:gpu=127.0.0.1:1"])]).first?.hasPrefix("--tcp: there is no mailbox sim:gpu") == true)
    }

    @Test func `places that are right are taken`() throws {
        tree.file(
            "doe-auditd.toml",
            "simulate = 'cxl,vendor*2,spdm=/run/peer'\nremote = ['e=127.0.0.1:2323']\ntcp = ['remote:e=127.0.0.1:1']\n")
        let configuration = try Configuration.load(ConfigurationFiles(in: tree.path))
        #expect(
            configuration.simulatedPlaces?.map(\.name.description)
                == ["sim:cxl", "sim:vendor-1", "sim:vendor-2", "sim:spdm"])
        #expect(
            configuration.simulatedPlaces?.map(\.function) == [
                .model(.cxl, copy: 1), .model(.vendor, copy: 1), .model(.vendor, copy: 2), .spdm(.unix("/run/peer")),
            ])
        #expect(configuration.tcpDoors.map(\.mailbox.description) == ["remote:e"])
        // A mailbox of the host's own only a start can look for.
        tree.file("doe-auditd.toml", "tcp = ['0000:0d:00.0@190=127.0.0.1:1']\n")
        #expect(mistakes() == [])
    }

    @Test(arguments: ["never", "", "0", "3601", "1.5", "0x10", " 5"])
    func `a bad option is told as an option`(text: String) {
        #expect(
            mistakes([("frame-timeout", [text])])
                == ["--frame-timeout takes a whole number from 1 to 3600, not '\(text)'"])
    }

    @Test func `a bad list or switch is told`() {
        struct Table {
            let door = ConfigurationKey.texts("door", valueName: "NAME", help: "A door.")
            let taint = ConfigurationKey.boolean("taint", help: "Taint.")
        }
        let keys = ConfigurationKeys.definitions(in: Table())
        tree.file("doe-auditd.toml", "door = ['a', '']\ntaint = 'yes'\n")
        #expect(
            mistakes(keys: keys) == [
                #"\#(path):1: door takes a list of texts that are not empty, not ["a", ""]"#,
                #"\#(path):2: taint takes true or false, not "yes""#,
            ])
        tree.file("doe-auditd.toml", "door = 'a'\ntaint = 1\n")
        #expect(mistakes(keys: keys).count == 2)
    }

    @Test func `a file that others may write to is not read`() {
        tree.file("doe-auditd.toml", "frame-timeout = 5\n", mode: 0o666)
        #expect(mistakes().first?.contains("\(path) can be written by everybody") == true)
        tree.file("doe-auditd.toml", "frame-timeout = 5\n")
        tree.folder("doe-auditd.toml.d", mode: 0o777)
        #expect(mistakes().first?.contains("\(path).d can be written by everybody") == true)
    }

    @Test func `a folder that was named and is not there is an error`() {
        #expect(throws: ConfigurationError.self) { try Configuration.load(ConfigurationFiles(in: "/nonexistent/x")) }
    }

    @Test func `no text makes the reader fall over`() {
        // Every prefix of a text with all that TOML has, and every one with a byte changed.
        let text = Array(
            "a='x'\nb=[1,2.5,'c']\nc={d=1979-05-27T07:32:00Z}\n[e.f]\n[[g]]\nh=\"\"\"\\u00e9\n\"\"\"#\n".utf8)
        for end in text.indices {
            tree.file("doe-auditd.toml", Array(text[..<end]))
            _ = mistakes()
            for byte in [0x00, 0x22, 0x27, 0x5b, 0x5d, 0x80, 0xc3] as [UInt8] {
                var changed = text
                changed[end] = byte
                tree.file("doe-auditd.toml", changed)
                #expect(!mistakes().isEmpty)
            }
        }
    }
}
