import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOEPolicy

@Suite struct NaiveComparisonTests {
    static let objectLines = """
        object 0001:00 published "DOE Discovery" kernel 6.0..
        object 0001:01 published "CMA/SPDM" kernel 6.19..
        object 0001:03 published "CMA/SPDM with connection id"
        object 1e98:02 published "CXL Table Access (CDAT)" kernel 6.0..

        """
    static let classes: [String: ObjectClass] = [
        "0001:00": .kernelExpected, "0001:01": .published, "0001:02": .unknown, "0001:03": .published,
        "0001:04": .unknown, "1e98:02": .kernelExpected, "1e98:05": .unknown,
        "1e98:00": .compliance, "abcd:07": .vendor, "abcd:08": .vendor,
    ]

    /// `DOE_TEST_ROUNDS=100000` with a release build for a long run.
    static let rounds = unsafe getenv("DOE_TEST_ROUNDS").flatMap { unsafe Int(String(cString: $0)) } ?? 600

    @Test func `the compiled policy decides as a naive first-match evaluator does`() throws {
        let seed: UInt64 = 4
        var generator = SeededGenerator(seed: seed)
        var seen: Set<String> = []
        for round in 0..<Self.rounds {
            let rules = NaiveGenerator.rules(&generator)
            // Object lines come last: they are read before rules wherever they stand.
            let first = Int.random(in: 0...rules.count, using: &generator)
            let text = rules.map { $0.text + "\n" }.joined() + Self.objectLines
            let judge = Judge(try Self.load(rules, inFirstFile: first))
            for _ in 0..<40 {
                let inquiry = NaiveGenerator.inquiry(&generator)
                let outer = try #require(Self.classes["\(inquiry.object)"])
                let objectClass = RequestSample.inside(inquiry) ?? outer
                let isMalformed = RequestSample.isMalformed(inquiry)
                let expected =
                    isMalformed
                    ? .gatekeeper
                    : NaiveJudge.decide(
                        rules, inquiry, RequestSample.readings(inquiry, outside: outer), outside: outer)
                let decision = judge.decide(inquiry)
                try #require(
                    Self.summary(decision, inFirstFile: first) == expected,
                    "seed \(seed) round \(round)\n\(text)\n\(inquiry)")
                #expect(decision.objectClass == (isMalformed ? .malformed : objectClass))
                seen.insert(String("\(expected)".prefix(12)))
                checkExplanation(judge.explain(inquiry), decision)
                checkPermissive(judge.policy, inquiry, decision)
            }
        }
        // All kinds of endings were seen, so the comparison compared something.
        #expect(seen.count >= 4, "\(seen)")
    }

    /// Permissive changes refusals of the policy on the proxy's road, and nothing else.
    private func checkPermissive(_ policy: Policy, _ inquiry: Inquiry, _ strict: Decision) {
        let permissive = Judge(policy, enforcement: .permissive)
        let decision = permissive.decide(inquiry)
        #expect(permissive.explain(inquiry).decision == decision)
        let isCompliance = strict.objectClass == .compliance
        guard strict.verdict == .deny, inquiry.road == .proxy, strict.decidedBy != "gatekeeper", !isCompliance,
            inquiry.client.via == .known(.unix)
        else {
            #expect(decision == strict)
            return
        }
        #expect(decision.verdict == .warn && decision.would == .deny)
        #expect(decision.taint.isSuperset(of: strict.taint.union(.permissive)))
        #expect(decision.reason == strict.reason && decision.objectClass == strict.objectClass)
    }

    private func checkExplanation(_ explanation: Explanation, _ decision: Decision) {
        #expect(explanation.decision == decision)
        let last = explanation.candidates.last
        switch decision.reason {
        case .rule(let rule):
            #expect(last?.rule == rule)
            #expect(last?.outcome == .matched)
        case .unknownFact(let key, let rule):
            #expect(last?.rule == rule)
            #expect(last?.outcome == .unknownFact(key: key))
        case .defaultDeny, .gatekeeper, .objectLine:
            #expect(explanation.candidates.allSatisfy { if case .failed = $0.outcome { true } else { false } })
        }
    }

    /// The rules in two files, object lines at the end of the second.
    private static func load(_ rules: [NaiveRule], inFirstFile first: Int) throws -> Policy {
        let lines = rules.map { $0.text + "\n" }
        return try Policy.load(
            files: [
                RuleFile(path: "a.rules", text: lines[..<first].joined()),
                RuleFile(path: "b.rules", text: lines[first...].joined() + objectLines),
            ], kernel: testKernel, resolver: TestNames(), generation: 7)
    }

    private static func summary(_ decision: Decision, inFirstFile first: Int) -> NaiveDecision {
        func number(_ rule: RuleReference) -> Int { rule.file == "a.rules" ? rule.line : first + rule.line }
        return switch decision.reason {
        case .gatekeeper, .objectLine: .gatekeeper
        case .defaultDeny: .nothing
        case .unknownFact(let key, let rule): .unknown(key: key, line: number(rule))
        case .rule(let rule):
            .rule(line: number(rule), verdict: decision.verdict, taint: decision.taint.description)
        }
    }

    @Test func `globs match as a naive matcher does`() {
        let seed: UInt64 = 5
        var generator = SeededGenerator(seed: seed)
        let characters = ["a", "b", "/", "é"]
        for _ in 0..<20_000 {
            let stops = generator.once(in: 2)
            var pattern = ""
            for _ in 0..<Int.random(in: 0...7, using: &generator) {
                let next = generator.pick(characters + ["*", "?", "*"])
                if next != "*" || pattern.last != "*" { pattern += next }
            }
            let text = (0..<Int.random(in: 0...8, using: &generator)).map { _ in generator.pick(characters) }.joined()
            let glob = Glob(
                elements: pattern.utf8.map {
                    $0 == UInt8(ascii: "*") ? Glob.many : $0 == UInt8(ascii: "?") ? Glob.one : UInt16($0)
                }, stopsAtSlash: stops)
            let expected = NaiveJudge.glob(Substring(pattern), Substring(text), stopsAtSlash: stops)
            #expect(glob.matches(text) == expected, "seed \(seed): \(pattern) on \(text), stops \(stops)")
        }
    }

    @Test func `a hundred thousand rules load, and the right one of them decides`() throws {
        var lines: [String] = []
        for number in 0..<100_000 {
            let object = ObjectID(vendor: UInt16(0x2000 + number / 256), type: UInt8(number % 256))
            lines.append(
                number.isMultiple(of: 2) ? "allow object=\(object)" : "allow object=abcd:07 unit=u\(number).service")
        }
        let loaded = try policy(lines.joined(separator: "\n"))
        #expect(loaded.ruleCount == 100_000)
        let judge = Judge(loaded)
        for number in [0, 51_234, 99_998] {
            let object = ObjectID(vendor: UInt16(0x2000 + number / 256), type: UInt8(number % 256))
            #expect(judge.decide(try inquiry("\(object)")).decidedBy == "t.rules:\(number + 1)")
        }
        for number in [1, 51_233, 99_999] {
            let asking = client(unit: .known("u\(number).service"))
            #expect(judge.decide(try inquiry("abcd:07", client: asking)).decidedBy == "t.rules:\(number + 1)")
        }
        #expect(judge.decide(try inquiry("abcd:07", client: client(unit: .known("u0.service")))).reason == .defaultDeny)
    }
}
