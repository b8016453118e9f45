import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct PermissiveTests {
    private func judge(_ rules: String) throws -> Judge { Judge(try policy(rules), enforcement: .permissive) }

    private func hasPermit(_ judge: Judge, _ inquiry: Inquiry) -> Bool {
        var judgement = judge.judge(inquiry) { Circumstances(mode: .production) }
        return judgement.takePermit() != nil
    }

    @Test(arguments: [
        (
            "allow uid=0",
            "passed in permissive mode, would be refused: no rule allows abcd:07 (vendor-specific object): "
                + "default deny", "default"
        ),
        (
            "deny class=vendor because \"ticket\"",
            "passed in permissive mode, would be refused by rule t.rules:1: \"ticket\"", "t.rules:1"
        ),
        (
            "deny exe=/bin/x\nallow",
            "passed in permissive mode, would be refused: unknown exe, which rule t.rules:1 needs and which could not be "
                + "learned", "t.rules:1"
        ),
    ])
    func `what the policy refuses passes with a warning, on whose account it says`(
        rules: String, sentence: String, decidedBy: String
    ) throws {
        let asked = try request("abcd:07", client: client(exe: .unknown))
        let judge = try judge(rules)
        let decision = judge.decide(asked)
        #expect(decision.verdict == .warn && decision.would == .deny)
        #expect(decision.taint == [.vendor, .permissive])
        #expect(decision.sentence == sentence)
        #expect(decision.decidedBy == decidedBy)
        #expect(hasPermit(judge, asked))
        #expect(!hasPermit(Judge(judge.policy), asked))
    }

    @Test func `what passes anyway is decided as ever`() throws {
        let rules = "allow object=0001:00\nwarn object=abcd:07 taint A\n"
        for object in ["0001:00", "abcd:07"] {
            let asked = try inquiry(object)
            #expect(try judge(rules).decide(asked) == Judge(try policy(rules)).decide(asked))
        }
    }

    @Test func `a refusal's own letters are kept`() throws {
        #expect(
            try judge("deny taint M").decide(try inquiry("1e98:05")).taint == [.malformed, .unknownObject, .permissive])
    }

    @Test(arguments: Mode.allCases)
    func `compliance is refused in every mode, a rule that denies it or none at all`(mode: Mode) throws {
        for rules in ["deny class=compliance", "allow uid=7", "allow"] {
            let judge = try judge(rules)
            let asked = try request("1e98:00", payload: [6, 0, 0, 0], mode: mode)
            let decision = judge.decide(asked)
            #expect(decision.verdict == .deny && decision.would == nil)
            #expect(decision.taint == .complianceAttempted)
            #expect(!hasPermit(judge, asked))
        }
    }

    @Test func `a compliance header inside another object is refused in production`() throws {
        let payload = [1, 1, 1, 1] + Array(try DataObject(.compliance, payload: [0, 0, 0, 0]).bytes)
        let decision = try judge("deny").decide(try request("abcd:07", payload: payload))
        #expect(decision.verdict == .deny && decision.decidedBy == "gatekeeper")
    }

    @Test func `what is malformed is never sent`() throws {
        let decision = try judge("allow").refuse(malformed: "too short", object: .discovery).decision
        #expect(decision.verdict == .deny && decision.would == nil)
    }

    @Test(arguments: ["deny", "deny via=tcp", "allow uid=0"])
    func `what nobody vouches for stays refused: over TCP, and where it could not be learned how it came`(
        rules: String
    ) throws {
        let judge = try judge(rules)
        for via in [Fact<Client.Transport>.known(.tcp), .unknown, .none] {
            let asking = client(uid: .none, groups: .none, exe: .none, via: via)
            let decision = judge.decide(try inquiry("abcd:07", client: asking))
            #expect(decision.verdict == .deny && decision.would == nil && decision.taint.isEmpty, "\(via)")
            #expect(!hasPermit(judge, try request("abcd:07", client: asking)))
        }
        #expect(judge.decide(try inquiry("abcd:07")).verdict == .warn)
    }

    @Test func `what came on another road is not passed, since it has happened`() throws {
        for road in Road.allCases where road != .proxy {
            let decision = try judge("deny road=*").decide(try inquiry("abcd:07", road: road))
            #expect(decision.verdict == .deny && decision.taint.isEmpty)
        }
    }

    @Test func `without any rule there is nothing to try out, and everything stays shut`() throws {
        for policy in [Policy.denyAll(generation: 1), try policy("object 0001:00 published \"x\"")] {
            let decision = Judge(policy, enforcement: .permissive).decide(try inquiry("0001:00"))
            #expect(decision.verdict == .deny && decision.reason == .defaultDeny)
        }
    }

    @Test func `a vendor's request inside SPDM passes as what it is`() throws {
        let sample = try #require(RequestSample.vendorDefined.first { $0.inside == .vendor })
        let rules = "object 0001:* published \"SPDM\"\nallow class=published\n"
        let asked = Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production, request: try sample.request)
        let decision = try judge(rules).decide(asked)
        #expect(decision.verdict == .warn && decision.would == .deny)
        #expect(decision.objectClass == .vendor && decision.taint == [.vendor, .permissive])
    }

    @Test func `a record is judged anew as a request would be`() throws {
        let recorded = RecordedInquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(uid: .known(5)), mode: .production,
            object: try #require(ObjectID("abcd:07")), requestName: nil)
        for rules in ["deny", "deny group=lab\ndeny uid=5"] {
            let anew = try judge(rules).judgeAnew(recorded)
            #expect(anew.decision?.verdict == .warn && anew.decision?.would == .deny, "\(rules)")
        }
    }
}
