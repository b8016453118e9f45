import DOEWords
import Testing

@testable import DOEPolicy

@Suite("Rules that end")
struct EndingRuleTests {
    private func verdict(_ rules: String, at time: String) throws -> Verdict {
        var asked = try inquiry("10de:01")
        asked.time = .known(try #require(Timestamp(rfc3339: time)))
        return Judge(try policy(rules)).decide(asked).verdict
    }

    @Test(
        "up to its end, and not from then on",
        arguments: [
            ("2027-01-31T18:00:00Z", "2027-01-31T17:59:59Z", true),
            ("2027-01-31T18:00:00Z", "2027-01-31T18:00:00Z", false),
            ("2027-01-31T18:00:00+02:00", "2027-01-31T15:59:59Z", true),
            ("2027-01-31T18:00:00+02:00", "2027-01-31T16:00:00Z", false),
            ("2027-01-31", "2027-01-30T23:59:59Z", true), ("2027-01-31", "2027-01-31", false),
        ])
    func end(_ end: String, _ time: String, _ isAllowed: Bool) throws {
        #expect(try verdict("allow until=\(end)", at: time) == (isAllowed ? .allow : .deny))
        #expect(try verdict("allow until=\"\(end)\"\ndeny", at: time) == (isAllowed ? .allow : .deny))
        // A rule that has ended is not there: the next one decides.
        #expect(try verdict("deny until=\(end)\nwarn", at: time) == (isAllowed ? .deny : .warn))
    }

    @Test("where the time is not known the rule cannot be decided")
    func unknown() throws {
        var asked = try inquiry("10de:01")
        asked.time = .unknown
        let decision = Judge(try policy("allow until=2027-01-31")).decide(asked)
        #expect(decision.verdict == .deny && decision.sentence.contains("unknown until"))
        #expect(Judge(try policy("allow")).decide(asked).verdict == .allow)
    }

    @Test("an explanation says what time it is")
    func explained() throws {
        let explanation = Judge(try policy("allow until=2026-11-28")).explain(try inquiry("10de:01"))
        #expect(
            explanation.candidates.map(\.sentence) == [
                "t.rules:1: it is 2026-11-28T17:00:00.000000Z, the rule wants a time before 2026-11-28"
            ])
    }

    @Test("what is recorded is judged by its own time")
    func replayed() throws {
        let recorded = RecordedInquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production,
            object: ObjectID(vendor: 0x10de, type: 1), requestName: nil)
        let judge = Judge(try policy("allow until=2027-01-31"))
        let (before, after) = (
            try #require(Timestamp(rfc3339: "2027-01-30")), try #require(Timestamp(rfc3339: "2027-02-01"))
        )
        #expect(judge.judgeAnew(recorded.at(before)).decision?.verdict == .allow)
        #expect(judge.judgeAnew(recorded.at(after)).decision?.verdict == .deny)
        #expect(recorded.at(before) != recorded.at(after))
        #expect(judge.policy.asksForTime)
        #expect(try !policy("allow uid=0").asksForTime)
    }

    @Test("an expectation is tried as of now, and ends nothing itself")
    func expected() throws {
        let file = RuleFile(path: "t.expect", text: "warn object=10de:01 uid=0")
        let expected = try Expectations.load(files: [file], resolver: TestNames())
        let judge = Judge(try policy("warn uid=0 until=2026-12-01"))
        #expect(expected.differences(under: judge, at: testTime) == [])
        let later = try #require(Timestamp(rfc3339: "2026-12-01"))
        #expect(expected.differences(under: judge, at: later).count == 1)
        #expect(throws: PolicyError.self) {
            try Expectations.load(
                files: [RuleFile(path: "t.expect", text: "warn object=10de:01 uid=0 until=2027-01-01")],
                resolver: TestNames())
        }
    }

    @Test(
        "no other form of a time is taken",
        arguments: [
            "2027-1-31", "2027-02-29", "2027-13-01", "2027-00-10", "2027-01-31T18:00", "2027-01-31T18:00:00",
            "2027-01-31T24:00:00Z", "2027-01-31T18:60:00Z", "2027-01-31T18:00:60Z", "2027-01-31t18:00:00z",
            "1969-12-31",
            "2027-01-31T18:00:00.5Z", "2027-01-31T18:00:00+24:00", "31.01.2027", "tomorrow", "none",
            "{2027-01-31,2027-02-01}",
            "2027-01-*",
        ])
    func otherForms(_ text: String) { #expect(errors("allow until=\(text)").count == 1) }

    @Test("it ends, and does not begin")
    func begin() {
        #expect(errors("allow until!=2027-01-31").map(\.message) == ["a rule ends at a time, and begins at none"])
    }
}
