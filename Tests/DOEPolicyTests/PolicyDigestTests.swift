import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite("A policy's digest")
struct PolicyDigestTests {
    private func digest(_ files: [RuleFile]) throws -> SHA256Digest {
        try Policy.load(files: files, kernel: testKernel, resolver: TestNames(), generation: 1).identity.digest
    }

    private func digest(_ text: String) throws -> SHA256Digest { try digest([RuleFile(path: "a.rules", text: text)]) }

    private func statements(_ text: String) -> [RuleStatement] {
        var errors = RuleErrorCollector()
        return RuleParser.parse(RuleFile(path: "a.rules", text: text), errors: &errors).lines.compactMap(\.statement)
    }

    /// Rules that mean something, with object lines and each effect.
    private func text(_ generator: inout SeededGenerator) -> String {
        let rules = NaiveGenerator.rules(&generator).prefix(20).map { rule in
            var text = rule.text
            if rule.verdict != .deny, generator.once(in: 4) { text += " ask-device" }
            if generator.once(in: 3) { text += " because \"ticket \(generator.next() % 9), \\\"#\\\"\"" }
            return text
        }
        return NaiveComparisonTests.objectLines + rules.map { "\($0)\n" }.joined()
    }

    @Test("is the same whatever way the policy is written in")
    func spelling() throws {
        var generator = SeededGenerator(seed: 53)
        for round in 0..<300 {
            let text = text(&generator)
            let first = try digest(text)
            for seed in 0..<4 as Range<UInt64> {
                let files = Respeller.files(statements(text), seed: UInt64(round) * 4 + seed)
                let other = try digest(files)
                try #require(other == first, "\(text)\n---\n\(files.map(\.text).joined(separator: "---\n"))")
            }
        }
    }

    @Test("is another one for whatever the policy says otherwise")
    func meaning() throws {
        var generator = SeededGenerator(seed: 54)
        for _ in 0..<300 {
            let text = text(&generator)
            let before = statements(text)
            let place = Int.random(in: 0..<before.count, using: &generator)
            var after = before
            let changed = try #require(Self.changed(before[place], &generator))
            after[place] = changed
            let lines = after.map { "\($0)\n" }.joined()
            try #require(try digest(lines) != digest(text), "\(before[place])\n\(changed)")
        }
    }

    /// The same statement with one thing of it changed.
    private static func changed(_ statement: RuleStatement, _ generator: inout SeededGenerator) -> RuleStatement? {
        switch statement {
        case .set: return nil
        case .object(let line):
            return .object(
                ObjectLine(
                    pattern: line.pattern, objectClass: line.objectClass, name: line.name + "x", kernel: line.kernel,
                    lengths: line.lengths))
        case .rule(let rule):
            var verdict = rule.verdict
            var conditions = rule.conditions
            var taint = rule.taint
            var asksDevice = rule.asksDevice
            var because = rule.because
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: because = (because ?? "") + "x"
            case 1 where verdict != .deny: asksDevice.toggle()
            case 2 where verdict != .deny: taint = taint.isEmpty ? .vendor : []
            case 3 where verdict != .deny: verdict = verdict == .allow ? .warn : .allow
            case 4 where !conditions.isEmpty: conditions.removeLast()
            default:
                let unused = [RuleKey.mode, .road, .via].first { key in !conditions.contains { $0.key == key } }
                guard let key = unused else {
                    because = "other"
                    break
                }
                let value = key == .mode ? "bring-up" : key == .road ? "bypass" : "unix"
                conditions.append(RuleCondition(key: key, negated: false, value: .pattern([.text(value)])))
            }
            return .rule(
                Rule(verdict: verdict, conditions: conditions, taint: taint, asksDevice: asksDevice, because: because))
        }
    }

    @Test(
        "tells apart what looks alike",
        arguments: [
            ("allow uid=0\nwarn uid=0", "warn uid=0\nallow uid=0"), ("allow uid=0", "allow uid!=0"),
            ("allow uid={0,1}", "allow uid=0"), ("allow uid=1..2", "allow uid=1.."), ("allow uid=none", "allow uid=0"),
            ("allow group=1050", "allow group=\"1050\""), ("allow group=none", "allow group=\"none\""),
            ("allow user=root", "allow uid=0"), ("allow exe=/usr/*", "allow exe=\"/usr/*\""),
            ("allow exe=/usr/b?", "allow exe=/usr/b*"), ("allow container=a", "allow container=A"),
            ("allow until=2027-01-31", "allow until=2027-01-31T00:00:01Z"), ("allow", "allow because \"x\""),
            ("allow object=0001:01", "allow object=0001:02"), ("allow uid=0", "allow loginuid=0"),
            ("object 10de:01 vendor \"a\"", "object 10de:01 published \"a\""),
            ("object 10de:01 published \"a\" kernel 6.0..", "object 10de:01 published \"a\" kernel 6.1.."),
            ("object 10de:01 vendor \"a\" dwords 3", "object 10de:01 vendor \"a\" dwords 3.."),
            (
                "object 10de:0? vendor \"a\"\nobject 10de:?1 vendor \"b\"",
                "object 10de:?1 vendor \"b\"\nobject 10de:0? vendor \"a\""
            ),
            ("set a={0,1}\nallow uid=@a", "set a={0,2}\nallow uid=@a"), ("", "deny"),
        ])
    func apart(_ one: String, _ other: String) throws {
        #expect(try digest(one) != digest(other))
    }

    @Test(
        "is one for the same in two spellings",
        arguments: [
            ("allow object=1E98:0A device=10DE:*", "allow device=10de:* object=1e98:0a"),
            ("allow object=1e98:0{2,3}", "allow object={1e98:03,1e98:02}"), ("allow uid=5..5", "allow uid=5"),
            ("allow uid=5..", "allow uid=5..4294967295"), ("allow exe=\"/usr/bin/a\"", "allow exe=/usr/bin/a"),
            ("allow until=2027-01-31", "allow until=2027-01-31T01:00:00+01:00"),
            ("set a={1,0}\nset unused=7\nallow uid=@a", "allow uid={0,1}"), ("", "# nothing\n\n"),
            ("allow uid=0", "\u{feff}allow uid=0\n"),
            ("allow uid=0\nobject 10DE:01 vendor \"x\"\n", "object 10de:01 vendor \"x\"\nallow uid=0 # x"),
            (
                "allow address=0000:0D:00.0 serial=00-00-00-00-00-00-AB-CD mailbox=0000:0D:00.0@1F0",
                "allow address=0000:0d:00.0 serial=00-00-00-00-00-00-ab-cd mailbox=0000:0d:00.0@1f0"
            ),
        ])
    func alike(_ one: String, _ other: String) throws {
        #expect(try digest(one) == digest(other))
    }

    @Test("does not depend on where the files stand, or on what stands in which of them")
    func files() throws {
        let one = try digest([RuleFile(path: "/a/1.rules", text: "allow uid=0\ndeny uid=1\n")])
        #expect(try digest([RuleFile(path: "/b//1.rules", text: "allow uid=0\ndeny uid=1")]) == one)
        let two = [RuleFile(path: "/a/1.rules", text: "allow uid=0"), RuleFile(path: "/a/2.rules", text: "deny uid=1")]
        #expect(try digest(two) == one)
        #expect(try digest(two.reversed()) != one)
        #expect(Policy.denyAll(generation: 1).identity.digest == (try digest([])))
    }

    @Test("in upper case a hexadecimal value matches what it does in lower case")
    func upperCase() throws {
        let judge = Judge(try policy("deny object=ABCD:07 device=8086:0D93\nallow object=ABCD:{07,0A}\n"))
        #expect(judge.decide(try inquiry("abcd:07")).verdict == .deny)
        #expect(judge.decide(try inquiry("abcd:0a")).verdict == .allow)
        #expect(judge.decide(try inquiry("abcd:0b")).verdict == .deny)
    }
}
