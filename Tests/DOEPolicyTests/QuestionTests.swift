import DOEObjects
import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite struct QuestionTests {
    private func ask(_ rules: String, _ facts: [(key: String, value: String)]) throws -> QuestionAnswer {
        var question = try Question.told(facts, resolver: TestNames())
        question.inquiry.time = .known(testTime)
        return Judge(try policy(rules)).answer(question)
    }

    private func word(_ answer: QuestionAnswer) -> String {
        switch answer {
        case .decided(let decided): decided.explanation.decision.verdict.rawValue
        case .cannotTell(let undecided): "cannot tell: \(undecided.sentence)"
        }
    }

    private static let rules = "warn object=10de:* device=10de:* group=gpu-tools\ndeny object=10de:*\n"

    @Test func `what was not told decides nothing, and is named`() throws {
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "1000")]
        let group = [(key: "group", value: "gpu-tools")]
        #expect(word(try ask(Self.rules, who + group)) == "cannot tell: rule t.rules:1 asks for device")
        #expect(word(try ask(Self.rules, who + group + [("device", "10de:2330")])) == "warn")
        #expect(word(try ask(Self.rules, who + group + [("device", "8086:0d93")])) == "deny")
        // Told as what nobody could learn, it refuses.
        #expect(word(try ask(Self.rules, who + group + [("device", "unknown")])) == "deny")
        // Where another condition fails, it makes no difference.
        #expect(word(try ask(Self.rules, who)) == "deny")
        guard case .cannotTell(let undecided) = try ask(Self.rules, who + group) else {
            Issue.record("decided")
            return
        }
        #expect(undecided.possible.map(\.verdict) == [.warn, .deny])
        #expect(undecided.candidates.last?.sentence == "t.rules:1: asks for device, which was not told")
    }

    @Test func `where all that it can be comes to one verdict, that is the answer`() throws {
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "0")]
        let rules = "allow device=10de:*\nallow device!=10de:* driver=none\nallow driver!=none\n"
        guard case .decided(let decided) = try ask(rules, who) else {
            Issue.record("undecided")
            return
        }
        #expect(decided.explanation.decision.verdict == .allow)
        #expect(Set(decided.whatever).isSubset(of: ["device", "driver"]) && decided.whatever.contains("device"))
        #expect(word(try ask("deny device=10de:*\ndeny\n", who)) == "deny")
        #expect(word(try ask("deny device=10de:*\nallow device=10de:2330\n", who)) == "deny")
    }

    @Test func `an address tells a mailbox in part`() throws {
        let who = [
            (key: "object", value: "10de:01"), (key: "uid", value: "0"), (key: "address", value: "0000:0d:00.0"),
        ]
        #expect(word(try ask("allow address=0000:0d:*", who)) == "allow")
        #expect(word(try ask("allow mailbox=0000:0e:*", who)) == "deny")
        #expect(word(try ask("allow mailbox=0000:0d:*", who)) == "allow")
        #expect(
            word(try ask("allow mailbox=0000:0d:00.0@190", who)) == "cannot tell: rule t.rules:1 asks for mailbox")
        #expect(throws: Obstacle.self) { try ask("allow", who + [("mailbox", "0000:0e:00.0@190")]) }
    }

    @Test func `what a request is decides, where it may carry another`() throws {
        let object = "object 0001:01 published \"CMA/SPDM\"\n"
        let who = [(key: "object", value: "0001:01"), (key: "uid", value: "0")]
        #expect(word(try ask(object + "allow object=0001:01", who)) == "allow")
        #expect(
            word(try ask(object + "allow class=published", who)) == "cannot tell: the verdict depends on spdm")
        #expect(word(try ask(object + "allow class=published", who + [("spdm", "GET_VERSION")])) == "allow")
        #expect(
            word(try ask(object + "deny spdm=standard-12.*\nallow", who)) == "cannot tell: rule t.rules:2 asks for spdm"
        )
        #expect(word(try ask(object + "allow mode=bring-up", who)) == "deny")
    }

    @Test func `a request that no word names may be what was asked`() throws {
        let who = [(key: "object", value: "0001:01"), (key: "uid", value: "0")]
        let sentence = "cannot tell: rule t.rules:1 asks for spdm"
        for name in ["0x*", "0x9?", "0xa0", "TDISP.0x*", "IANA.*", "DMTF-DSP.0102", "standard-12.*", "PCI-SIG.10de"] {
            guard case .cannotTell(let undecided) = try ask("allow object=0001:01 spdm=\(name)", who) else {
                Issue.record("decided \(name)")
                continue
            }
            #expect(undecided.sentence == "rule t.rules:1 asks for spdm")
            #expect(undecided.possible.map(\.verdict) == [.allow, .deny], "\(name)")
        }
        let compliance = "deny object=1e98:00 compliance=0x*\nallow object=1e98:00 mode=bring-up"
        var question = try Question.told(
            [("object", "1e98:00"), ("uid", "0"), ("mode", "bring-up")], resolver: TestNames())
        question.inquiry = question.inquiry.assumingLease()
        let answer = Judge(try policy(compliance)).answer(question)
        #expect(word(answer) == sentence.replacing("spdm", with: "compliance"))
    }

    @Test func `facts are refused as in a rule`() throws {
        for facts in [
            [("object", "10de:*")], [("object", "10DE:1")], [("uid", "4294967295")], [("user", "ghost")],
            [("device", "10de:*")], [("unit", "a.timer")], [("via", "tcp"), ("uid", "0")],
            [("road", "kernel")], [("road", "kernel"), ("user", "root")], [("via", "none")],
            [("road", "bypass"), ("via", "unix")], [("mailbox", "remote:x"), ("driver", "cxl_pci")],
            [("mailbox", "sim:x"), ("driver", "cxl_pci")],
            [("mailbox", "remote:x"), ("serial", "00-00-00-00-00-00-12-34")],
            [("address", "none"), ("driver", "cxl_pci")], [("uid", "none")],
            [("mailbox", "0000:0d:00.0@190"), ("device", "none")],
            [("mailbox", "0000:0d:00.0@190"), ("pci-class", "none")],
            [("address", "0000:0d:00.0"), ("device", "none")], [("device", "none"), ("driver", "cxl_pci")],
            [("pci-class", "none"), ("device", "10de:2330")],
            [("driver", "\"none\"")], [("container", "\"none\"")], [("unit", "\"none\"")], [("address", "\"none\"")],
            [("driver", "\"unknown\"")], [("user", "\"unknown\"")], [("driver", "\"a")], [("driver", "\"a\"b")],
            [("driver", "\"a\" device=10de:2330")], [("driver", "\"\"")], [("driver", "\"a\\\"")],
            [("spdm", "GET_VERSION")], [("class", "nonsense")], [("group", "")], [("driver", "a\nb")],
        ] as [[(key: String, value: String)]] {
            let rest = [(key: "object", value: "0001:00"), (key: "uid", value: "0")].filter { base in
                !facts.contains { $0.key == base.key }
            }
            #expect(throws: Obstacle.self, "\(facts)") { try Question.told(rest + facts, resolver: TestNames()) }
        }
    }

    @Test func `whatever can be none or unknown can be told so, and no advice says to write what was written`() {
        for key in RuleKey.allCases where key != .object && key != .until {
            for word in ["none", "unknown"] {
                let who = key == .uid || key == .user || key == .via ? [] : [(key: "uid", value: "1000")]
                do throws(Obstacle) {
                    _ = try Question.told(
                        [("object", "10de:01")] + who + [(key.word, word)], resolver: TestNames())
                } catch {
                    // A Unix client has a uid, and these are never none, nor unknown.
                    #expect(!key.mayBeNone || [.uid, .user, .via, .spdm, .compliance].contains(key), "\(key) \(word)")
                    #expect(error.remedy?.contains("\(key.word)=\(word)") != true, "\(key) \(word): \(error)")
                }
            }
        }
    }

    @Test func `without an address there are the mailboxes that have none`() throws {
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "0"), (key: "address", value: "none")]
        #expect(word(try ask("allow address=none", who)) == "allow")
        #expect(word(try ask("allow address!=none", who)) == "deny")
        #expect(word(try ask("allow mailbox=0000:0d:00.0@190", who)) == "deny")
        #expect(word(try ask("allow mailbox={sim:*,remote:*}", who)) == "allow")
        #expect(word(try ask("allow mailbox=sim:*", who)) == "cannot tell: rule t.rules:1 asks for mailbox")
        #expect(word(try ask("allow address=none", who + [("mailbox", "sim:cxl")])) == "allow")
        #expect(throws: Obstacle.self) { try ask("allow", who + [("mailbox", "0000:0e:00.0@190")]) }
        let unknown = who.dropLast() + [(key: "address", value: "unknown")]
        #expect(word(try ask("allow address=none", Array(unknown))) == "deny")
        #expect(word(try ask("allow mailbox=*", Array(unknown))) == "deny")
    }

    @Test func `in quotes a value is exactly that text, as in a rule`() throws {
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "1000")]
        #expect(word(try ask("allow group=90", who + [("group", "\"none\"")])) == "allow")
        #expect(word(try ask("allow group=90", who + [("group", "none")])) == "deny")
        #expect(word(try ask("allow group=80", who + [("group", "\"1050\"")])) == "allow")
        #expect(word(try ask("allow group=80", who + [("group", "1050")])) == "deny")
        #expect(word(try ask("allow driver=cxl_pci", who + [("driver", "\"cxl_pci\"")])) == "allow")
        let address = [(key: "address", value: "\"0000:0d:00.0\"")]
        #expect(word(try ask("allow address=0000:0d:00.0", who + address)) == "allow")
        let quoted = try Question.told(who + [("driver", "\"a\\\"b\"")], resolver: TestNames())
        #expect(quoted.inquiry.mailbox.driver == .known("a\"b"))
    }

    @Test func `behind a mailbox without an address is no driver of this host`() throws {
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "0")]
        let rules = "allow driver=none"
        #expect(word(try ask(rules, who + [("mailbox", "sim:x")])) == "allow")
        #expect(word(try ask(rules, who + [("address", "none")])) == "allow")
        #expect(word(try ask(rules, who + [("address", "none"), ("driver", "none")])) == "allow")
        #expect(word(try ask("deny mailbox=sim:* driver=x\nallow", who)) == "allow", "whatever mailbox and driver are")
    }

    @Test func `a mailbox and an object are told in either case, as in a rule`() throws {
        let question = try Question.told(
            [
                ("object", "10DE:01"), ("uid", "0"), ("mailbox", "0000:3A:00.0@1C0"), ("device", "10DE:2330"),
                ("pci-class", "0A0502"),
            ], resolver: TestNames())
        let mailbox = question.inquiry.mailbox
        #expect(question.inquiry.object == ObjectID("10de:01"))
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "0")]
        #expect(word(try ask("allow address=0000:3a:00.0", who + [("address", "0000:3A:00.0")])) == "allow")
        #expect(mailbox.name == MailboxName("0000:3a:00.0@1c0"))
        #expect(mailbox.device == PCIDeviceID("10de:2330").map { .known($0) })
        #expect(mailbox.pciClass == .known(0x0a0502))
    }

    @Test func `of two groups each counts, and digits are a number`() throws {
        let who = [(key: "object", value: "10de:01"), (key: "uid", value: "1000")]
        let both = who + [("group", "lab"), ("group", "gpu-tools")]
        #expect(word(try ask("allow group=gpu-tools", both)) == "allow")
        #expect(word(try ask("allow group=60", both)) == "allow")
        #expect(word(try ask("allow group=50", who + [("group", "50")])) == "allow")
        #expect(word(try ask("allow group=\"domain users\"", who + [("group", "domain users")])) == "allow")
    }

    @Test func `the answer is a verdict exactly where every completion has it`() throws {
        let seed: UInt64 = 31
        var generator = SeededGenerator(seed: seed)
        var seen: [String: Int] = [:]
        for round in 0..<NaiveComparisonTests.rounds / 2 {
            let rules = NaiveGenerator.rules(&generator)
            let text = rules.map { $0.text + "\n" }.joined() + NaiveComparisonTests.objectLines
            let judge = Judge(try policy(text))
            for _ in 0..<10 {
                let keys = UntoldFacts.pick(&generator)
                let (question, completions) = UntoldFacts.erase(keys, from: NaiveGenerator.inquiry(&generator))
                let verdicts = Set(completions.map { judge.decide($0).verdict })
                let where_ = "seed \(seed) round \(round) \(keys)\n\(text)\n\(question.inquiry)"
                switch judge.answer(question) {
                case .decided(let decided):
                    try #require(verdicts == [decided.explanation.decision.verdict], "\(where_)")
                    seen[decided.whatever.isEmpty ? "told" : "whatever", default: 0] += 1
                case .cannotTell(let undecided):
                    try #require(verdicts.count > 1, "\(undecided.sentence) \(where_)")
                    #expect(undecided.possible.count > 1)
                    seen["cannot tell", default: 0] += 1
                }
            }
        }
        #expect(seen.count == 3 && seen.values.allSatisfy { $0 > 20 }, "\(seen)")
    }
}

/// What can be left untold of an inquiry of ``NaiveGenerator``, with every value that its rules could tell apart.
enum UntoldFacts {
    private static let texts: [RuleKey: [String]] = [
        .device: ["8086:0d93", "10de:2330", "10de:0001", "1234:5678"],
        .pciClass: ["050210", "010802", "050802", "050000", "030802", "030000"],
        .driver: ["cxl_pci", "vfio-pci", "x_pci", "other"],
        .serial: [
            "00-00-00-00-00-00-12-34", "00-00-00-00-00-00-12-35", "00-00-00-00-00-00-00-00",
            "01-00-00-00-00-00-00-30", "01-00-00-00-00-00-00-00",
        ],
        .container: ["web1", "web2", "5f2c0c9e3b1d", "\u{e9}", "e\u{301}", "other"],
        .unit: ["a.service", "b.service", "c.service", "d.service", "e.service", "long.service", "a.scope"],
        .exe: [
            "/usr/bin/\u{e4}", "/usr/bin/a\u{308}", "/usr/bin/a", "/usr/bin/b", "/usr/bin/c", "/usr/bin/ab",
            "/usr/bin/long", "/x/y/ab", "/x/y/b", "/x/a", "/x/b", "/a", "/x/y/z/w",
        ],
    ]
    private static let mailboxes = [
        "sim:cxl", "sim:other", "remote:x", "0000:0d:00.0@190", "0000:0d:00.0@300", "0000:0e:00.1@300",
        "0000:0e:00.1@190", "0000:0f:00.0@190", "0000:0f:00.0@200", "0001:00:00.0@190", "0001:00:00.0@200",
    ]
    private static let logins: [UInt32] = [0, 1, 30, 50, 51, 60, 1000, 1001, 2000]
    private static let keys: [RuleKey] = [
        .mailbox, .device, .pciClass, .driver, .serial, .container, .unit, .exe, .loginUID, .until,
    ]

    static func pick(_ generator: inout SeededGenerator) -> [RuleKey] {
        Array(keys.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator)))
    }

    /// The question, and every inquiry that it may be about.
    static func erase(_ keys: [RuleKey], from inquiry: Inquiry) -> (Question, [Inquiry]) {
        var untold = keys.reduce(0 as UInt32) { $0 | $1.bit }
        if keys.contains(.mailbox) { untold |= RuleKey.address.bit }
        var question = Question(inquiry, untold: untold)
        var completions = [inquiry]
        for key in keys {
            erase(key, &question.inquiry)
            completions = completions.flatMap { fill(key, $0) }
        }
        if keys.contains(.mailbox) {
            // Behind a remote mailbox there is no function, and none of this host's drivers has a simulated one.
            completions = completions.filter {
                $0.mailbox.name.kind != .remote || $0.mailbox == MailboxIdentity(name: $0.mailbox.name)
            }
            completions = completions.filter {
                $0.mailbox.name.kind != .simulated || $0.mailbox.driver.value == nil
            }
        }
        return (question, completions)
    }

    private static func erase(_ key: RuleKey, _ inquiry: inout Inquiry) {
        switch key {
        case .mailbox: (inquiry.isMailboxKnown, inquiry.isAddressKnown) = (false, false)
        case .device: inquiry.mailbox.device = .unknown
        case .pciClass: inquiry.mailbox.pciClass = .unknown
        case .driver: inquiry.mailbox.driver = .unknown
        case .serial: inquiry.mailbox.serialNumber = .unknown
        case .container: inquiry.client.container = .unknown
        case .unit: inquiry.client.unit = .unknown
        case .exe: inquiry.client.exe = .unknown
        case .loginUID: inquiry.client.loginUID = .unknown
        default: inquiry.time = .unknown
        }
    }

    private static func fill(_ key: RuleKey, _ inquiry: Inquiry) -> [Inquiry] {
        func each<Value>(_ values: [Value], _ put: (inout Inquiry, Value) -> Void) -> [Inquiry] {
            values.map { value in
                var inquiry = inquiry
                put(&inquiry, value)
                return inquiry
            }
        }
        switch key {
        case .mailbox:
            return each(mailboxes.compactMap { MailboxName($0) }) { inquiry, name in
                let known = inquiry.mailbox
                inquiry.mailbox = MailboxIdentity(
                    name: name, device: known.device, pciClass: known.pciClass, driver: known.driver,
                    serialNumber: known.serialNumber)
                (inquiry.isMailboxKnown, inquiry.isAddressKnown) = (true, true)
            }
        case .loginUID:
            return each([nil] + logins.map(Optional.some)) { $0.client.loginUID = $1.map(Fact.known) ?? .none }
        case .until:
            let times = ["2025-01-01", "2026-03-01", "2027-02-01", "2030-01-01"].compactMap { Timestamp(rfc3339: $0) }
            return each(times) { $0.time = .known($1) }
        default:
            return each([nil] + (texts[key] ?? []).map(Optional.some)) { put($1, key, &$0) }
        }
    }

    private static func put(_ text: String?, _ key: RuleKey, _ inquiry: inout Inquiry) {
        func fact<Value>(_ parse: (String) -> Value?) -> Fact<Value> { text.flatMap(parse).map(Fact.known) ?? .none }
        switch key {
        case .device: inquiry.mailbox.device = fact { PCIDeviceID($0) }
        case .pciClass: inquiry.mailbox.pciClass = fact { UInt32($0, radix: 16) }
        case .driver: inquiry.mailbox.driver = fact { $0 }
        case .serial: inquiry.mailbox.serialNumber = fact { MailboxIdentity.serialNumber(of: $0) }
        case .container: inquiry.client.container = fact { $0 }
        case .unit: inquiry.client.unit = fact { $0 }
        default: inquiry.client.exe = fact { $0 }
        }
    }
}
