import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct JudgeTests {
    private static let everything = "allow object=*\nallow class=compliance mode=*\n"

    /// Whether a permit came, without keeping it.
    private func hasPermit(_ judge: Judge, _ inquiry: Inquiry) -> Bool {
        var judgement = judge.judge(inquiry) { Circumstances(mode: .production) }
        let first = judgement.takePermit() != nil
        let second = judgement.takePermit() != nil
        #expect(!second)
        return first
    }

    @Test func `production refuses compliance whatever rules say`() throws {
        let judge = Judge(try policy(Self.everything))
        let decision = judge.decide(try inquiry("1e98:00", client: client(uid: .known(0))))
        #expect(decision.verdict == .deny)
        #expect(decision.decidedBy == "gatekeeper")
        #expect(decision.taint == .complianceAttempted)
        #expect(decision.sentence.hasPrefix("refused by the gatekeeper: 1e98:00 is a compliance object"))
        #expect(!hasPermit(judge, try request("1e98:00")))
    }

    @Test func `bring-up refuses compliance too, since there is no lease`() throws {
        let judge = Judge(try policy(Self.everything))
        let decision = judge.decide(try inquiry("1e98:00", mode: .bringUp))
        #expect(decision.verdict == .deny)
        #expect(decision.sentence.contains("has no lease"))
        #expect(decision.taint == .complianceAttempted)
        #expect(!hasPermit(judge, try request("1e98:00", mode: .bringUp)))
    }

    @Test func `an object that an object line calls compliance is behind the gate as well`() throws {
        let judge = Judge(try policy("object abcd:07 compliance \"ours\"\nallow\n"))
        #expect(judge.decide(try inquiry("abcd:07")).decidedBy == "gatekeeper")
        #expect(judge.decide(try inquiry("abcd:08")).verdict == .allow)
    }

    @Test func `a command beside the objects is judged as CMA SPDM, and the permit carries it`() throws {
        let command = OutOfBandRequest(.updateKeys, payload: [1, 2])
        let inquiry = Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production, outOfBand: command)
        var judgement = Judge(try policy("allow object=0001:01")).judge(inquiry) { Circumstances(mode: .production) }
        #expect(judgement.decision.object == .spdm)
        guard let permit = judgement.takePermit() else { throw Unexpected() }
        #expect(permit.request == .outOfBand(command) && permit.mailbox == cxlMailbox.name)
        #expect(!hasPermit(Judge(try policy("allow object!=0001:01")), inquiry))
        var other = inquiry
        other.object = .discovery
        #expect(!hasPermit(Judge(try policy("allow object=0001:00")), other))
    }

    @Test func `the request's own object is judged, not the one beside it`() throws {
        let judge = Judge(try policy(Self.everything))
        var inquiry = try request("1e98:00")
        inquiry.object = .discovery
        #expect(judge.decide(inquiry).decidedBy == "gatekeeper")
        #expect(!hasPermit(judge, inquiry))
    }

    @Test func `a compliance header inside another object is refused, in bring-up too where there is no lease`() throws
    {
        let judge = Judge(try policy(Self.everything))
        let hidden: [UInt8] = [0, 0, 0, 0, 0x98, 0x1e, 0, 0xff, 2, 0, 0, 0]
        let decision = judge.decide(try request("0001:01", payload: hidden))
        #expect(decision.decidedBy == "gatekeeper")
        #expect(decision.taint == .complianceAttempted)
        #expect(decision.sentence.contains("dword 3 of the request"))
        #expect(judge.decide(try request("0001:01", payload: hidden, mode: .bringUp)).decidedBy == "gatekeeper")
    }

    @Test func `a permit comes for what may pass, on the proxy's road only, and once`() throws {
        let judge = Judge(try policy("allow object=0001:00 road=*\nwarn object=abcd:07\n"))
        let index: [UInt8] = [0, 0, 0, 0]
        #expect(hasPermit(judge, try request("0001:00", payload: index)))
        #expect(hasPermit(judge, try request("abcd:07")))
        #expect(!hasPermit(judge, try request("0001:01", payload: [0x10, 0x84, 0, 0])))
        #expect(!hasPermit(judge, try inquiry("0001:00")))
        #expect(judge.decide(try request("0001:00", payload: index, road: .bypass)).verdict == .allow)
        #expect(!hasPermit(judge, try request("0001:00", payload: index, road: .bypass)))
        #expect(!hasPermit(judge, try request("0001:00", payload: index, road: .kernel)))
    }

    @Test func `the permit carries what was judged`() throws {
        let judge = Judge(try policy("allow"))
        let inquiry = try request("0001:00", payload: [3, 0, 0, 0])
        var judgement = judge.judge(inquiry) { Circumstances(mode: .production) }
        guard let permit = judgement.takePermit() else { throw Unexpected() }
        #expect(permit.request == inquiry.request.map(PermittedRequest.object))
        #expect(permit.mailbox == inquiry.mailbox.name)
    }

    @Test(arguments: [
        ("warn", "abcd:07", "V"), ("warn", "1e98:05", "U"), ("warn", "0001:00", ""), ("allow", "abcd:07", ""),
        ("allow taint PA", "abcd:07", "AP"), ("warn taint A", "1e98:05", "UA"), ("deny", "abcd:07", ""),
        ("deny taint CM", "abcd:07", "CM"),
    ])
    func `a verdict sets its letters`(rule: String, object: String, letters: String) throws {
        let judge = Judge(try policy("object 0001:00 published \"x\"\n\(rule)\n"))
        #expect(judge.decide(try inquiry(object)).taint.description == letters)
    }

    @Test func `no rule means no`() throws {
        let decision = Judge(try policy("")).decide(try inquiry("0001:00"))
        #expect(decision.verdict == .deny)
        #expect(decision.decidedBy == "default")
        #expect(decision.sentence == "no rule allows 0001:00 (DOE Discovery): default deny")
        let none = Judge(.denyAll(generation: 3))
        #expect(none.decide(try inquiry("0001:00")).verdict == .deny)
        #expect(none.decide(try inquiry("1e98:00")).decidedBy == "gatekeeper")
        #expect(none.policy.identity.generation == 3)
    }

    @Test func `without road= a rule is for proxy and kernel`() throws {
        let judge = Judge(try policy("allow"))
        let verdicts = try Road.allCases.map { judge.decide(try inquiry("0001:00", road: $0)).verdict }
        #expect(verdicts == [.allow, .allow, .deny, .deny])
    }

    @Test func `a TCP client matches only rules with via=`() throws {
        let judge = Judge(try policy("allow\nwarn via=tcp object=0001:00\nwarn via=* object=0001:01"))
        let tcp = client(uid: .none, groups: .none, exe: .none, via: .known(.tcp))
        #expect(judge.decide(try inquiry("0001:00", client: tcp)).verdict == .warn)
        #expect(judge.decide(try inquiry("0001:01", client: tcp)).verdict == .warn)
        #expect(judge.decide(try inquiry("0001:02", client: tcp)).verdict == .deny)
        #expect(judge.decide(try inquiry("0001:02")).verdict == .allow)
        let first = judge.explain(try inquiry("0001:02", client: tcp)).candidates.first
        #expect(first?.sentence == "t.rules:1: via is tcp, and a rule without via= is not for TCP clients")
    }

    @Test func `the uid of a TCP client's socket is no uid of his, root's neither`() throws {
        let rules = ["allow uid=0", "allow uid=0 via=tcp", "allow uid=0..5 via={unix,tcp}", "allow loginuid=0 via=*"]
        var tcp = client(uid: .none, groups: .none, exe: .none, via: .known(.tcp))
        tcp.tcpUID = .known(0)
        for rule in rules {
            #expect(
                Judge(try policy(rule)).decide(try inquiry("0001:00", client: tcp)).decidedBy == "default", "\(rule)")
        }
        #expect(Judge(try policy("allow via=tcp")).decide(try inquiry("0001:00", client: tcp)).verdict == .allow)
    }

    @Test func `names are compared byte by byte`() throws {
        let composed = "/opt/\u{e9}"
        let decomposed = "/opt/e\u{301}"
        #expect(composed == decomposed)
        for rule in ["allow exe=\(composed)", "allow exe={\(composed),/x} uid!=0", "allow exe={\(composed),/y*}"] {
            let judge = Judge(try policy(rule))
            #expect(judge.decide(try inquiry("0001:00", client: client(exe: .known(composed)))).verdict == .allow)
            #expect(judge.decide(try inquiry("0001:00", client: client(exe: .known(decomposed)))).verdict == .deny)
        }
    }

    @Test func `a rule for published objects is for kernel-expected ones too, and not the other way round`() throws {
        let lines = "object 0001:00 published \"k\" kernel 6.0..\nobject 0001:05 published \"p\"\n"
        let published = Judge(try policy(lines + "allow class=published"))
        #expect(published.decide(try inquiry("0001:00")).objectClass == .kernelExpected)
        #expect(published.decide(try inquiry("0001:00")).verdict == .allow)
        #expect(published.decide(try inquiry("0001:05")).verdict == .allow)
        let expected = Judge(try policy(lines + "allow class=kernel-expected"))
        #expect(expected.decide(try inquiry("0001:05")).verdict == .deny)
        let others = Judge(try policy(lines + "allow class!=published"))
        #expect(others.decide(try inquiry("0001:00")).verdict == .deny)
        #expect(others.decide(try inquiry("0001:06")).verdict == .allow)
    }

    @Test func `an unknown fact refuses, unless an earlier rule matches outright`() throws {
        let asking = client(exe: .unknown)
        let first = Judge(try policy("allow uid=1000\ndeny exe=/bin/bad\n"))
        #expect(first.decide(try inquiry("0001:00", client: asking)).verdict == .allow)
        let second = Judge(try policy("deny exe=/bin/bad\nallow uid=1000\n"))
        let decision = second.decide(try inquiry("0001:00", client: asking))
        #expect(decision.verdict == .deny)
        #expect(decision.decidedBy == "t.rules:1")
        #expect(decision.sentence == "refused: unknown exe, which rule t.rules:1 needs and which could not be learned")
        // What is known already fails: the unknown fact is not needed.
        let third = Judge(try policy("deny uid=0 exe=/bin/bad\nallow uid=1000\n"))
        #expect(third.decide(try inquiry("0001:00", client: asking)).verdict == .allow)
    }

    @Test(arguments: [
        "deny mailbox=0000:0d:*", "deny mailbox=sim:any", "deny mailbox!=sim:*", "deny address=0000:0d:*",
        "deny address=none", "deny device=8086:*", "deny driver=cxl_pci",
    ])
    func `without a mailbox a rule that asks for it cannot be decided`(rule: String) throws {
        let judge = Judge(try policy("\(rule)\nallow\n"))
        let asked = Inquiry(road: .proxy, client: client(), mode: .production, object: .discovery)
        let explanation = judge.explain(asked)
        #expect(explanation.decision.verdict == .deny)
        #expect(explanation.decision.decidedBy == "t.rules:1")
        #expect(explanation.candidates.last?.sentence.hasSuffix("could not be learned") == true)
        #expect(Judge(try policy("allow object=0001:00\n\(rule)")).decide(asked).verdict == .allow)
    }

    @Test func `what does not exist is none, and no glob stands for it`() throws {
        let judge = Judge(
            try policy(
                "allow object=0001:00 unit=none\nallow object=0001:01 unit=*\nallow object=0001:02 unit!=a.service"))
        #expect(judge.decide(try inquiry("0001:00")).verdict == .allow)
        #expect(judge.decide(try inquiry("0001:01")).verdict == .deny)
        #expect(judge.decide(try inquiry("0001:02")).verdict == .allow)
        // In quotes it would be somebody's name.
        let remedy = "where there is none, write driver=none without quotes"
        #expect(errors("allow driver=\"none\"").map(\.remedy) == [remedy])
    }

    @Test func `user and group names mean their ids`() throws {
        let judge = Judge(try policy("allow user=alice\nwarn group=gpu-tools\ndeny group!=60"))
        #expect(judge.decide(try inquiry("0001:00", client: client(uid: .known(1000)))).verdict == .allow)
        let member = client(uid: .known(5), groups: .known([5, 50]))
        #expect(judge.decide(try inquiry("0001:00", client: member)).verdict == .warn)
        let other = client(uid: .known(5), groups: .known([60]))
        #expect(judge.decide(try inquiry("0001:00", client: other)).reason == .defaultDeny)
    }

    @Test func `user names that only look the same are two users`() throws {
        struct Names: NameResolver {
            func user(named name: String) -> NameLookup { .id(UInt32(name.utf8.count)) }
            func group(named name: String) -> NameLookup { .notFound }
        }
        let text = "allow object=0001:00 user=\u{e9}\nallow object=0001:01 user=e\u{301}\n"
        let judge = Judge(
            try Policy.load(
                files: [RuleFile(path: "t.rules", text: text)], kernel: testKernel, resolver: Names(), generation: 1))
        for (object, allowed) in [("0001:00", 2), ("0001:01", 3)] as [(String, UInt32)] {
            for uid in [2, 3] as [UInt32] {
                let decision = judge.decide(try inquiry(object, client: client(uid: .known(uid))))
                #expect(decision.verdict == (uid == allowed ? .allow : .deny), "\(object) \(uid)")
            }
        }
    }

    @Test func `the decision names rule, reason and policy`() throws {
        let judge = Judge(try policy("\n  deny  uid=1000 because \"ticket SEC-12\"  # mine\n"))
        let decision = judge.decide(try inquiry("0001:00"))
        guard case .rule(let rule) = decision.reason else { throw Unexpected() }
        #expect(rule.line == 2)
        #expect(rule.text == "deny  uid=1000 because \"ticket SEC-12\"")
        #expect(rule.because == "ticket SEC-12")
        #expect(decision.sentence == "refused by rule t.rules:2: \"ticket SEC-12\"")
        #expect(decision.policy.generation == 7)
        #expect(decision.policy == judge.policy.identity)
    }

    @Test func `nothing that a rule's file is called or says looks like the rest of the sentence`() throws {
        let text = #"deny object=10de:02 because "x\"; allowed by rule 1""#
        let files = [RuleFile(path: "/etc/a b, c.rules", text: text)]
        let judge = Judge(try Policy.load(files: files, kernel: testKernel, resolver: TestNames(), generation: 1))
        #expect(
            judge.decide(try inquiry("10de:02")).sentence
                == #"refused by rule "a b, c.rules:1": "x\"; allowed by rule 1""#)
    }

    @Test func `an explanation says what each rule for the object failed on`() throws {
        let judge = Judge(
            try policy(
                """
                allow object=0001:01 uid=0
                allow object=0001:02
                deny object=0001:* unit!=none
                warn group={gpu-tools,lab}
                allow user=ghost
                allow class=vendor
                allow road=bypass
                allow exe=/usr/bin/*
                allow
                """))
        let explanation = judge.explain(try inquiry("0001:01"))
        #expect(
            explanation.candidates.map(\.sentence) == [
                "t.rules:1: uid is 1000, the rule wants 0",
                "t.rules:3: unit is none, the rule wants anything but none",
                "t.rules:4: groups are 100, the rule wants {gpu-tools,lab}",
                "t.rules:5: it names a user, group or program that this host does not have",
                "t.rules:6: class is unknown, the rule wants vendor",
                "t.rules:7: road is proxy, the rule wants bypass",
                "t.rules:8: matches",
            ])
        let observed = judge.explain(try inquiry("0001:01", client: client(exe: .unknown), road: .bypass))
        #expect(observed.candidates.first?.sentence.hasSuffix("a rule without road= is for proxy and kernel") == true)
        #expect(observed.decision.decidedBy == "t.rules:7")
        let unknown = judge.explain(try inquiry("0001:01", client: client(exe: .unknown)))
        #expect(unknown.candidates.last?.sentence == "t.rules:8: exe could not be learned")
        #expect(judge.explain(try inquiry("1e98:00")).candidates.isEmpty)
    }
}

private struct Unexpected: Error {}
