import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite("A question that is asked as if the mailbox were leased")
struct LeasedQuestionTests {
    private func ask(_ rules: String, _ facts: [(key: String, value: String)] = []) throws -> QuestionAnswer {
        let uid = facts.contains { $0.key == "uid" } ? [] : [(key: "uid", value: "1000")]
        var question = try Question.told(
            [("object", "1e98:00"), ("mode", "bring-up")] + uid + facts, resolver: TestNames())
        question.inquiry.time = .known(testTime)
        try question.assumeLease()
        return Judge(try policy(rules)).answer(question)
    }

    @Test(
        "is none where no lease could be",
        arguments: [
            [("driver", "cxl_pci")], [("driver", "unknown")], [("serial", "none")], [("serial", "unknown")],
            [("mailbox", "remote:x")], [("road", "bypass")], [("uid", "unknown")],
            [("mailbox", "0000:0d:00.0@190"), ("driver", "cxl_pci")],
        ] as [[(String, String)]])
    func refused(_ facts: [(String, String)]) throws {
        let facts = facts.map { (key: $0.0, value: $0.1) }
        let obstacle = try #require(throws: Obstacle.self) { try ask("allow mode=bring-up", facts) }
        #expect(obstacle.problem.hasPrefix("there could be no lease: "), "\(obstacle)")
        #expect(obstacle.remedy != nil)
    }

    @Test("is about a device that is not in use and has a serial number, though nobody has said so")
    func leased() throws {
        func verdict(_ rules: String, _ facts: [(key: String, value: String)] = []) throws -> Verdict? {
            guard case .decided(let decided) = try ask(rules, facts) else { return nil }
            return decided.explanation.decision.verdict
        }
        #expect(try verdict("allow mode=bring-up driver=none") == .allow)
        #expect(try verdict("allow mode=bring-up driver!=none") == .deny)
        #expect(try verdict("allow mode=bring-up serial!=none") == .allow)
        #expect(try verdict("allow mode=bring-up serial=00-*") == nil, "it may have one or the other")
        #expect(try verdict("allow mode=bring-up", [("driver", "none"), ("mailbox", "0000:0d:00.0@190")]) == .allow)
        #expect(
            try verdict("allow mode=bring-up unit=lab.service", [("uid", "unknown"), ("unit", "lab.service")]) == .allow
        )
    }
}
