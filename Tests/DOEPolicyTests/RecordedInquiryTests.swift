import DOEObjects
import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite("A recorded exchange is judged anew")
struct RecordedInquiryTests {
    private func recorded(
        _ object: String, uid: Fact<UInt32> = .known(1000), exe: Fact<String> = .known("/usr/bin/tool"),
        unit: Fact<String> = .none, name: String? = nil, mailbox: MailboxIdentity = cxlMailbox,
        via: Client.Transport = .unix, lost: Set<UnrecordedFact> = []
    ) throws -> RecordedInquiry {
        let id = try #require(ObjectID(object))
        return RecordedInquiry(
            road: .proxy, mailbox: mailbox, client: client(uid: uid, exe: exe, unit: unit, via: .known(via)),
            mode: .production, object: id, requestName: name, lost: lost)
    }

    private func judge(_ rules: String, _ recorded: RecordedInquiry) throws -> JudgedAnew {
        Judge(try policy(rules)).judgeAnew(recorded)
    }

    @Test("what the record says decides as it did for the request")
    func whatIsRecordedDecides() throws {
        let rules = "warn object=10de:* uid=1000 unit=none device=8086:0d93\nallow spdm=GET_VERSION exe=/usr/bin/tool\n"
        #expect(try judge(rules, recorded("10de:01")).decision?.verdict == .warn)
        #expect(try judge(rules, recorded("10de:01", uid: .known(1))).decision?.verdict == .deny)
        #expect(try judge(rules, recorded("0001:01", name: "GET_VERSION")).decision?.verdict == .allow)
        #expect(try judge(rules, recorded("0001:01", name: "CHALLENGE")).decision?.verdict == .deny)
        #expect(try judge(rules, recorded("1e98:00", name: "status")).decision?.reason.isGatekeeper == true)
    }

    @Test("groups, class and name that the record lacks leave it open, but only where they matter")
    func whatIsLackingLeavesItOpen() throws {
        let byGroup = "allow object=10de:* group=lab\n"
        let open = try judge(byGroup, recorded("10de:01"))
        #expect(open.decision == nil)
        #expect(open.lacking == [.groups])
        #expect(open.verdicts == [.allow, .deny])
        #expect(open.decidedBy == "t.rules:1 or default")
        // Not this object; both ways the same; an earlier rule; nobody who could have a group.
        #expect(try judge(byGroup, recorded("10df:01")).decision?.verdict == .deny)
        let both = try judge(byGroup + "allow uid=1000\n", recorded("10de:01"))
        #expect(both.decision?.verdict == .allow)
        #expect(both.decidedBy == "t.rules:1 or t.rules:2")
        #expect(try judge("deny uid=1000\n" + byGroup, recorded("10de:01")).decision?.verdict == .deny)
        #expect(try judge(byGroup, recorded("10de:01", uid: .none, via: .tcp)).decision?.verdict == .deny)
        #expect(try judge("allow pci-class=0502*\n", recorded("10de:01")).lacking == [.pciClass])
        #expect(try judge("allow spdm=GET_VERSION\n", recorded("0001:01")).lacking == [.requestName])
        #expect(try judge("allow exe=/a/*\n", recorded("10de:01", lost: [.exe])).lacking == [.exe])
    }

    @Test("of very many rules that may decide a few are kept, and no verdict is missed")
    func manyMayDecide() throws {
        let rules = (0..<5000).map { "allow group=\($0)\n" }.joined() + "warn group=6000\n"
        let open = try judge(rules, recorded("10de:01"))
        #expect(open.verdicts == [.allow, .warn, .deny])
        #expect(open.possible.count < 20)
    }

    @Test("what was unknown then is refused now as it was then")
    func unknownThenIsUnknownNow() throws {
        let rules = "allow exe=/usr/bin/tool\nallow uid=1000\n"
        let anew = try judge(rules, recorded("10de:01", exe: .unknown))
        #expect(anew.decision?.verdict == .deny)
        #expect(anew.decidedBy == "t.rules:1")
        // The group may keep the rule from being asked at all.
        let both = try judge("allow exe=/usr/bin/tool group=lab\nallow uid=1000\n", recorded("10de:01", exe: .unknown))
        #expect(both.verdicts == [.allow, .deny])
        #expect(both.lacking == [.groups])
    }

    @Test(
        "what a vendor-defined request carried may have shut the door",
        arguments: ["PCI-SIG 10de", "DMTF", "standard 11 00"])
    func whatIsCarriedIsOpen(_ name: String) throws {
        let rules = "object 0001:01 published \"SPDM\"\nallow object=0001:01 uid=1000\n"
        let open = try judge(rules, recorded("0001:01", name: name))
        #expect(open.decision == nil)
        #expect(open.lacking == [.carried])
        #expect(open.verdicts == [.allow, .deny])
        #expect(try judge(rules, recorded("0001:01", uid: .known(1), name: name)).decision?.verdict == .deny)
    }

    @Test("it agrees with the judge of the whole request, whenever it decides at all")
    func agreesWithTheJudge() throws {
        var random = SeededGenerator(seed: 4)
        var decided = 0
        for _ in 0..<4000 {
            let rules = (0..<Int.random(in: 1...5, using: &random)).map { _ in Self.rule(&random) }
            let judge = Judge(try policy(rules.joined(separator: "\n") + "\n"))
            let groups: [UInt32] = [[], [50], [60], [50, 60]].randomElement(using: &random) ?? []
            let who = client(
                uid: .known(Bool.random(using: &random) ? 0 : 1000), groups: .known(groups),
                exe: Bool.random(using: &random) ? .unknown : .known("/usr/bin/tool"))
            var mailbox = cxlMailbox
            mailbox.pciClass = .known(Bool.random(using: &random) ? 0x050210 : 0x030000)
            let id = ObjectID(vendor: 0x10de, type: UInt8.random(in: 1...2, using: &random))
            let whole = Inquiry(
                road: .proxy, mailbox: mailbox, client: who, mode: .production,
                request: try DataObject(id, payload: [0, 0, 0, 0]))
            let kept = RecordedInquiry(
                road: .proxy, mailbox: mailbox, client: who, mode: .production, object: id, requestName: nil)
            let truth = judge.decide(whole).verdict
            let anew = judge.judgeAnew(kept)
            #expect(anew.verdicts.contains(truth), "\(rules)")
            if let decision = anew.decision {
                decided += 1
                #expect(decision.verdict == truth, "\(rules)")
            }
        }
        #expect((1000..<4000).contains(decided))
    }

    private static func rule(_ random: inout SeededGenerator) -> String {
        let verdict = ["allow", "warn", "deny"].randomElement(using: &random) ?? "deny"
        let conditions = [
            "object=10de:01", "uid=0", Bool.random(using: &random) ? "group=lab" : "group!=50", "pci-class=0502*",
            "exe=/usr/bin/tool",
        ]
        return ([verdict] + conditions.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }).joined(
            separator: " ")
    }

    @Test("a suggestion allows the exchange that it is made for and no other, and reads back as it was written")
    func suggestionAllows() throws {
        let remote = MailboxIdentity(name: .remote("far"))
        let made = try [
            recorded("10de:01"), recorded("10de:01", uid: .known(1001)), recorded("10de:01", exe: .known("/bin/b")),
            recorded("10de:01", unit: .known("cron.service")), recorded("10de:01", unit: .known("session-3.scope")),
            recorded("10de:01", uid: .known(0), unit: .known("cron.service")),
            recorded("10de:01", unit: .known("a\\x2db.service")), recorded("0001:01", name: "GET_VERSION"),
            recorded("10de:01", exe: .known("/opt/my \"tool\"*{a,b}#1")),
            recorded("10de:01", mailbox: MailboxIdentity(name: .simulated("cxl"))),
            recorded("10de:01", mailbox: remote),
        ]
        for (index, one) in made.enumerated() {
            let rule = try SuggestedRule(for: one)
            let decision = try judge("\(rule)\n", one).decision
            #expect(decision?.verdict == .allow, "\(rule)")
            #expect(decision?.rule?.text == rule.description)
            for (other, inquiry) in made.enumerated() where other != index {
                #expect(try judge("\(rule)\n", inquiry).decision?.verdict == .deny, "\(rule) for \(other)")
            }
        }
    }

    @Test("a login's scope comes once, so that a suggestion is for any login, and for no other unit")
    func logins() throws {
        let login = try SuggestedRule(for: recorded("10de:01", unit: .known("session-3.scope")))
        for (unit, verdict) in [
            ("session-3.scope", Verdict.allow), ("session-c12.scope", .allow), ("cron.service", .deny),
            ("user@1000.service", .deny), ("run-u3.scope", .deny),
        ] {
            #expect(try judge("\(login)", recorded("10de:01", unit: .known(unit))).decision?.verdict == verdict)
        }
        #expect(try judge("\(login)", recorded("10de:01")).decision?.verdict == .deny)
        for scope in ["session-.scope", "session-3-4.scope", "docker-0123.scope"] {
            #expect(
                try SuggestedRule(for: recorded("10de:01", unit: .known(scope))).description.contains(" unit=\(scope) ")
            )
        }
    }

    @Test("what was seen in a lab opens nothing in production")
    func bringUp() throws {
        let lab = RecordedInquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(), mode: .bringUp,
            object: ObjectID(vendor: 0x10de, type: 1), requestName: nil)
        let rule = try SuggestedRule(for: lab)
        #expect(try judge("\(rule)", lab).decision?.verdict == .allow)
        #expect(try judge("\(rule)", recorded("10de:01")).decision?.verdict == .deny)
    }

    @Test("for compliance, for nobody and for names that cannot be shown there is no suggestion")
    func noSuggestion() throws {
        for one in try [
            recorded("1e98:00", name: "status"), recorded("10de:01", uid: .unknown, unit: .unknown),
            recorded("10de:01", uid: .none), recorded("10de:01", exe: .unknown),
            recorded("10de:01", uid: .none, exe: .none, via: .tcp),
            recorded("10de:01", exe: .known("/tmp/\u{1b}[2J")), recorded("0001:01"),
            recorded("0001:01", name: "PCI-SIG 10de"), recorded("10de:01", lost: [.exe]),
            recorded("10de:01", lost: [.container]),
        ] {
            #expect(throws: SuggestedRule.Impossible.self) { try SuggestedRule(for: one) }
        }
    }
}

extension Decision.Reason {
    fileprivate var isGatekeeper: Bool { if case .gatekeeper = self { true } else { false } }
}
