import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite("Values that no fact can ever be")
struct NeverValueTests {
    @Test func `a standard without a name has a number from 12 to 65535`() {
        for number in Array(0...1300) + Array(9990...10010) + Array(59_990...60_010) + Array(64_900...70_000) {
            let glob = Glob(literal: "standard-\(number)", stopsAtSlash: false)
            #expect(RuleKey.spdm.allows(glob) == (12...65_535).contains(number), "\(number)")
        }
        #expect(SPDMStandard.knownNames.count == 12)
    }

    private static let id = String(repeating: "0123456789abcdef", count: 4)

    /// Of each key: what can never be there, and a word of what is said of it; then what looks much like it and can.
    private static let table: [RuleKey: (never: [(value: String, remedy: String)], values: [String])] = [
        .object: ([("1e98", "VVVV:TT"), ("1e98:*2??", "VVVV:TT")], ["1e98:*", "ffff:ff", "1E98:0A"]),
        .objectClass: ([("malformed", "class is one of"), ("*x*z*", "class is one of")], ["vendor", "*ed"]),
        .road: ([("tcp", "road is one of")], ["kernel"]),
        .mode: ([("permissive", "mode is one of")], ["bring-up"]),
        .mailbox: (
            [
                ("0000:0d:00.0@191", "prints it"), ("0000:0d:00.0@0f0", "prints it"), ("*@19?1", "prints it"),
                ("*@0*", "prints it"), ("*@??2", "prints it"), ("*@ffc", "prints it"),
                ("0000:0d:00.0@fec", "prints it"), ("00000:0d:00.0@190", "prints it"),
                ("sim:-a", "prints it"),
                ("unknown", "prints it"),
            ], ["0000:0d:00.0@190", "*@1*", "*@fe8", "*@f?c", "*@fe*", "10000:e1:00.0@190", "sim:*"]
        ),
        .address: (
            [
                ("00000:0d:00.0", "sysfs"), ("0?????:*", "sysfs"), ("0000:0d:20.0", "sysfs"), ("0000:0d:00.8", "sysfs"),
                ("*.8", "sysfs"), ("0000:0d:0.0", "sysfs"),
            ], ["10000:e1:00.0", "*.7", "0000:*"]
        ),
        .device: (
            [
                ("ffff:ffff", "no device"), ("0000:0000", "no device"), ("ffff:0000", "no device"),
                ("0000:ffff", "no device"), ("FFFF:FFFF", "no device"),
            ], ["ffff:*", "8086:0000", "8086:0D93"]
        ),
        .pciClass: ([("0502", "six"), ("0x050210", "six")], ["0502*", "ffffff"]),
        .driver: (
            [
                ("a/b", "without a slash"), ("*/b", "without a slash"), (".", "a name"), ("..", "a name"),
                ("unknown", "could not be learned"),
                ("\"none\"", "driver=none"),
            ],
            ["none", "vfio-pci", "\"a b\"", "unknown*"]
        ),
        .serial: (
            [("00-00-00-00-00-00-12-3", "eight bytes")], ["00-*", "none", "00-00-00-00-00-00-AB-34"]
        ),
        .uid: (
            [("4294967295", "uid=none"), ("4294967295..", "uid=none"), ("{0,4294967295}", "uid=none")],
            ["4294967294", "1000..", "1000..4294967295", "none"]
        ),
        .user: ([("4294967295", "uid=")], ["alice", "none"]),
        .group: ([("4294967295", "group=none"), ("4294967295..4294967295", "group=none")], ["50", "none"]),
        .loginUID: ([("4294967295", "loginuid=none"), ("{1000,4294967295}", "loginuid=none")], ["1000", "none"]),
        .unit: (
            [
                ("a.timer", "type"), ("a.target", "type"), ("system.slice", "type"), ("*.timer", "type"),
                ("a.srvice", "type"),
                ("a/b.service", "type"), ("\"a b.service\"", "type"), (".service", "type"), ("a@.service", "instance"),
                ("unknown", "could not be learned"), ("\"none\"", "unit=none"),
                (String(repeating: "u", count: 250) + ".service", "type"),
            ], ["a.service", "a@b.service", "a@*.service", "*.s*", "init.scope", "a.mount", "dev-\\x2da.swap", "none"]
        ),
        .exe: (
            [
                ("tool", "whole path"), ("/usr//bin/*", "whole path"), ("/usr/../bin/*", "whole path"),
                ("/*/./tool", "whole path"), ("/opt/*/", "whole path"), ("/", "whole path"),
                ("unknown", "could not be learned"),
                ("\"none\"", "exe=none"),
            ], ["/usr/bin/tool", "/usr/*/tool", "/usr/bin/...", "/usr/bin/.tool", "/*", "none"]
        ),
        .container: (
            [
                (id, "write container=0123456789ab"), ("web/1", "without a slash"), ("/web*", "without a slash"),
                ("..", "as records name it"), ("docker-\(id)", "container=0123456789ab"),
                ("unknown", "could not be learned"), ("\"none\"", "container=none"),
            ], ["none", "web1", "0123456789ab", "none*", String(id.dropLast())]
        ),
        .via: ([("udp", "via is one of"), ("unknown", "via is one of")], ["unix", "none"]),
        .spdm: (
            [
                ("0x05", "response"), ("0x7f", "response"), ("0x0?", "write a request's name"),
                ("TDISP.0x81", "GET_TDISP_VERSION"),
                ("PCI-SIG.10d", "write a request's name"), ("standard-5.10", "write a request's name"),
                ("standard-11.10", "write a request's name"), ("standard-ab", "write a request's name"),
                ("standard-65536", "write a request's name"),
                ("unknown", "could not be learned"), ("\"none\"", "spdm=none"),
            ],
            [
                "0x90", "0x9?", "TDISP.0x90", "PCI-SIG.10de", "PCI-SIG", "DMTF-DSP.2101", "standard-12.10", "malformed",
                "none",
            ]
        ),
        .compliance: (
            [("malformed", "before any rule"), ("mal*", "write a request's name"), ("0x00", "write capabilities")],
            ["0x2a", "*", "none"]
        ),
        .until: ([("2027-02-30", "RFC 3339"), ("none", "RFC 3339")], ["2027-02-28", "2001-01-01"]),
    ]

    @Test("each is an error in every rule, for every key there is", arguments: RuleKey.allCases)
    func never(_ key: RuleKey) throws {
        let (never, values) = try #require(Self.table[key])
        for (value, remedy) in never {
            for verdict in ["allow", "deny"] {
                let found = errors("\(verdict) \(key.word)=\(value)")
                #expect(found.count == 1, "\(key.word)=\(value)")
                let said = found.first?.remedy ?? ""
                #expect(said.contains(remedy), "\(key.word)=\(value): \(said)")
            }
            // A set that a rule names holds no other values.
            guard !value.contains("..") else { continue }
            #expect(errors("set s=\(value)\nallow \(key.word)=@s").count == 1, "\(key.word)=\(value)")
        }
        for value in values { #expect(errors("deny \(key.word)=\(value)").isEmpty, "\(key.word)=\(value)") }
    }

    @Test("a rule that has ended is no error, since it was none when it was written: lint tells of it")
    func ended() throws {
        #expect(errors("deny object=10de:00 until=2001-01-01").isEmpty)
        let rules = "allow object=10de:01 uid=0\ndeny object=10de:00 until=2001-01-01"
        let found = try policy(rules).lint(at: testTime) { _ in true }
        #expect(found.map { $0.message.contains("ended") } == [true])
    }

    @Test("more of a container's id than records have is found by lint, since somebody may have called one so")
    func longID() throws {
        for (name, isFound) in [
            ("0123456789abc", true), ("0123456789ABCDEF", true), (String(Self.id.dropLast()), true),
            ("0123456789ab", false),
            ("web0123456789abc", false),
        ] {
            for verdict in ["deny", "allow"] {
                let found = try policy("\(verdict) object=10de:00 uid=0 container=\(name)").lint(at: testTime) { _ in
                    true
                }
                #expect(found.contains { $0.message.contains("container's id") } == isFound, "\(name)")
            }
        }
    }

    @Test("what somebody makes up for `policy explain` is refused as in a rule")
    func madeUp() {
        for (key, value) in [
            ("uid", "4294967295"), ("loginuid", "4294967295"), ("unit", "a.timer"), ("exe", "/usr/../bin/a"),
            ("container", Self.id),
        ] { #expect(FactValue.obstacle(to: value, as: key)?.remedy != nil, "\(key)=\(value)") }
        for (key, value) in [
            ("uid", "0"), ("loginuid", "1000"), ("unit", "a.service"), ("exe", "/bin/a"), ("container", "0123456789ab"),
            ("serial", "00-00-00-00-00-00-12-34"),
        ] { #expect(FactValue.obstacle(to: value, as: key) == nil, "\(key)=\(value)") }
    }

    @Test("which answer there is goes by the rule and the object")
    func answers() throws {
        let rules = "allow object=0001:00 uid=0 ask-device\nallow object={0001:00,1e98:02,10de:00}\n"
        let judge = Judge(try policy(rules))
        for (object, uid, expected) in [
            ("0001:00", 0, AnswerSource.device), ("0001:00", 7, .copy), ("1e98:02", 0, .copy), ("10de:00", 7, .device),
            ("10de:01", 0, nil),
        ] as [(String, UInt32, AnswerSource?)] {
            let decision = judge.decide(try inquiry(object, client: client(uid: .known(uid))))
            #expect(decision.answerSource == expected, "\(object) \(uid)")
        }
    }
}
