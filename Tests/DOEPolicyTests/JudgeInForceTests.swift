import DOEWords
import Testing

@testable import DOEPolicy

@Suite("A permit asks the judge that is in force when it is asked")
struct JudgeInForceTests {
    private static let echo = "10de:01"

    /// A permit's question, and the place that says who judges.
    private func question(
        _ rules: String, enforcement: Enforcement = .enforcing
    ) throws -> (confirm: @Sendable () -> Withdrawal?, inForce: JudgeInForce) {
        let inForce = JudgeInForce(Judge(try policy(rules), enforcement: enforcement))
        let asked = try request(Self.echo, payload: [0, 0, 0, 0])
        var judgement = inForce.judge.judge(asked, inForce: inForce) { Circumstances(mode: .production) }
        guard let permit = judgement.takePermit() else { throw NoPermit() }
        return (permit.confirm, inForce)
    }

    private struct NoPermit: Error {}

    @Test("what the new rules refuse is withdrawn, by the rule that refuses it")
    func refused() throws {
        for (rules, rule) in [("deny", "t.rules:1"), ("allow uid=7", "default"), ("", "default")] {
            let (confirm, inForce) = try question("allow")
            #expect(confirm() == nil)
            inForce.take(Judge(try policy(rules)))
            guard case .judged(let now) = confirm() else {
                Issue.record("'\(rules)' lets it pass")
                continue
            }
            #expect(now.verdict == .deny && now.decidedBy == rule)
            #expect(now.policy == inForce.judge.policy.identity)
        }
    }

    @Test("what they let pass in another way is withdrawn too: the record would name what did not decide")
    func otherwise() throws {
        let others = ["warn", "allow uid=1000", "allow because \"new\"", "\nallow", "allow ask-device"]
        for rules in others {
            let (confirm, inForce) = try question("allow")
            inForce.take(Judge(try policy(rules)))
            guard case .judged(let now) = confirm() else {
                Issue.record("'\(rules)' passes under another name")
                continue
            }
            #expect(now.verdict == .deny && now.decidedBy == "gatekeeper")
            #expect(now.sentence.contains("ask again") && now.policy == inForce.judge.policy.identity)
        }
    }

    @Test("where the same rule decides the same, a reload changes nothing")
    func same() throws {
        let (confirm, inForce) = try question("allow")
        let other = try policy("allow\ndeny because \"never reached\"")
        #expect(other.identity != inForce.judge.policy.identity)
        inForce.take(Judge(other))
        #expect(confirm() == nil)
        // There and back.
        inForce.take(Judge(try policy("deny")))
        #expect(confirm() != nil)
        inForce.take(Judge(try policy("allow")))
        #expect(confirm() == nil)
    }

    @Test("what passes in permissive mode alone is withdrawn where that ends, and where the rules would let it pass")
    func enforcement() throws {
        let (confirm, inForce) = try question("deny", enforcement: .permissive)
        #expect(confirm() == nil)
        inForce.take(Judge(try policy("deny")))
        guard case .judged(let now) = confirm() else { throw NoPermit() }
        #expect(now.verdict == .deny && now.decidedBy == "t.rules:1")
        inForce.take(Judge(try policy("allow"), enforcement: .permissive))
        #expect(confirm() != nil)
        // What the rules let pass is as good the other way round.
        let (allowed, place) = try question("allow")
        place.take(Judge(try policy("allow"), enforcement: .permissive))
        #expect(allowed() == nil)
    }
}
