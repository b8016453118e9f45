import DOEPolicy
import DOERecord
@testable import DOEReport
import DOEWords
import TestSupport
import Testing

@Suite("Rules suggested from what is recorded")
struct SuggestionTests {
    private static let now = Timestamp(microseconds: 1_795_885_200_000_000)
    private static let rules = "allow object=1e98:02\nwarn class=vendor uid=0\ndeny object=10de:07\n"

    private func suggest(
        _ rules: String = Self.rules, _ make: (inout TrailMaker) -> Void
    ) throws -> (suggestions: Suggestions, trail: TrailMaker) {
        var trail = TrailMaker()
        make(&trail)
        var builder = SuggestionBuilder(source: .exportFile("night.export"), at: Self.now)
        for record in trail.records { builder.add(record) }
        let result = try builder.finish(under: try site(rules)) { try site($0.text + rules, "suggested.rules") }
        return (result, trail)
    }

    private func test(_ rules: String, on trail: TrailMaker) throws -> Backtest {
        var builder = BacktestBuilder(of: try site(rules), source: .exportFile("night.export"))
        for record in trail.records { builder.add(record) }
        return builder.finish()
    }

    @Test("object, who and where, and no more")
    func narrow() throws {
        let (result, _) = try suggest { trail in
            for _ in 0..<3 { trail.asked("10de:01", .deny, by: "default") }
            trail.asked("10de:02", .warn, by: "90-doe-audit.rules:37", uid: "0") { $0[.clientUnit] = "gpu.service" }
            trail.asked("1e98:02", .allow, by: "50-site.rules:1", .published)
        }
        #expect(
            result.suggestions.map(\.rule) == [
                "allow object=10de:01 uid=1000 loginuid=none exe=/usr/bin/tool unit=none container=none "
                    + "mailbox=0000:0d:00.0@190 device=8086:0d93",
                "allow object=10de:02 uid=0 loginuid=none exe=/usr/bin/tool unit=gpu.service container=none "
                    + "mailbox=0000:0d:00.0@190 device=8086:0d93",
            ])
        #expect(result.suggestions.map(\.seen.count) == [3, 1])
        #expect(result.suggestions.map(\.then) == [["deny by default"], ["warn by 90-doe-audit.rules:37"]])
        #expect((result.exchanges, result.proven) == (5, 5))
        let text = SuggestionText.render(result)
        // What is printed is a rules file, and the rules in it are these.
        let lines = text.split(separator: "\n")
        #expect(lines.filter { !$0.hasPrefix("#") }.map(String.init) == result.suggestions.map(\.rule))
        #expect(try site(text).ruleCount == 2)
    }

    @Test("nobody is helped to compliance, or past another part of the daemon")
    func neverForThese() throws {
        let (result, _) = try suggest { trail in
            trail.asked("1e98:00", .deny, by: "gatekeeper", .compliance)
            // As a forger, or a later version, might write it.
            trail.asked("1e98:00", .deny, by: "default", .compliance)
            trail.asked("1e98:00", .deny, by: "default", .vendor)
            trail.asked("10de:01", .deny, by: "50-site.rules:9") { $0.taint = .complianceAttempted }
            trail.asked("10de:01", .deny, by: "gatekeeper")
            trail.asked("10de:01", .deny, by: "gatekeeper", .malformed)
            for part in ["ledger", "trail", "spdm-owner", "tsm", "limits"] { trail.asked("10de:02", .deny, by: part) }
        }
        #expect(result.suggestions.isEmpty)
        #expect(result.omitted.map(\.why) == ["no rule opens compliance"])
        #expect(SuggestionText.render(result).split(separator: "\n").allSatisfy { $0.hasPrefix("#") })
    }

    @Test("a rule that would change anything else is not suggested")
    func changesNothingElse() throws {
        // A rule that asks which program it is refuses the one whose program is unknown, and that one had passed.
        let (result, trail) = try suggest("warn object=10de:01 uid=1000\n") { trail in
            trail.asked("10de:01", .warn, by: "50-site.rules:1")
            trail.asked("10de:01", .warn, by: "50-site.rules:1", exe: "unknown")
            trail.asked("10de:02", .deny, by: "default")
        }
        #expect(result.suggestions.map(\.rule).allSatisfy { $0.hasPrefix("allow object=10de:02 ") })
        #expect(result.suggestions.count == 1)
        #expect(result.omitted.contains { $0.why.hasPrefix("the rule for it would also have changed 10de:01") })
        #expect(try test(SuggestionText.render(result) + "warn object=10de:01 uid=1000\n", on: trail).changed == 1)
    }

    @Test("one of whom a fact is unknown is not let pass by a rule that does not ask for it")
    func unknownFacts() throws {
        let (result, trail) = try suggest { trail in
            trail.asked("10de:01", .deny, by: "default", exe: "unknown")
            trail.asked("10de:01", .deny, by: "default", uid: "unknown") { $0[.clientUnit] = "gpu.service" }
            for field in [Field.clientUnit, .clientContainer, .clientLoginUID, .device] {
                trail.asked("10de:01", .deny, by: "default") { $0[field] = "unknown" }
            }
            for _ in 0..<3 { trail.asked("10de:01", .deny, by: "default") }
        }
        #expect(result.suggestions.map(\.seen.count) == [3])
        #expect(
            Set(result.omitted.map { $0.why.prefix { $0 != "," } }) == [
                "nobody knows who asked", "nobody knows its exe", "nobody knows its unit", "nobody knows its container",
                "nobody knows its loginuid", "nobody knows its device",
            ])
        #expect(try test(SuggestionText.render(result) + Self.rules, on: trail).changed == 3)
    }

    @Test("a value that no rule can have, as another version or a forger may write it, spoils no other suggestion")
    func valuesOfNoRule() throws {
        let (result, _) = try suggest { trail in
            trail.asked("10de:01", .deny, by: "default") { $0[.clientContainer] = String(repeating: "0f", count: 32) }
            trail.asked("10de:01", .deny, by: "default") { $0[.clientUnit] = "gpu.timer" }
            trail.asked("10de:01", .deny, by: "default", uid: "4294967295")
            trail.asked("10de:01", .deny, by: "default", exe: "tool")
            trail.asked("10de:01", .deny, by: "default") { $0[.device] = "ffff:ffff" }
            trail.asked("0001:01", .deny, by: "default") { $0[.spdm] = "VERSION" }
            trail.asked("10de:01", .deny, by: "default")
        }
        #expect(result.suggestions.map(\.seen.count) == [1])
        #expect(result.omitted.count == 6)
    }

    @Test("whatever is recorded, the rules allow exactly what they are for", arguments: 0..<200 as Range<UInt64>)
    func exactlyThose(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let objects = ["10de:01", "10de:02", "10de:07", "1e98:02", "0001:01", "1e98:00"]
        let judge = Judge(try site(Self.rules))
        let (result, trail) = try suggest { trail in
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let object = objects.randomElement(using: &random) ?? ""
                let uid = ["0", "1000", "unknown"].randomElement(using: &random) ?? "0"
                let exe = ["/usr/bin/tool", "/usr/bin/other", "unknown"].randomElement(using: &random) ?? ""
                let unit = [nil, "a.service", "unknown"].randomElement(using: &random) ?? nil
                let name = ["GET_VERSION", "CHALLENGE", nil].randomElement(using: &random) ?? nil
                var record = Record(.exchangeAllowed, priority: .info, message: "")
                var maker = TrailMaker()
                func fill(_ record: inout Record) {
                    record[.clientUnit] = unit
                    record[.spdm] = object == "0001:01" ? name : nil
                }
                // What the rules say of it stands in the record.
                maker.asked(object, .allow, by: "default", uid: uid, exe: exe, fill)
                record = maker.records[0]
                let decision = RecordedInquiry(record).flatMap { judge.judgeAnew($0).possible.first }
                trail.asked(
                    object, decision?.verdict ?? .deny, by: decision?.decidedBy ?? "default", uid: uid,
                    decision?.objectClass ?? .unknown, exe: exe, fill)
            }
        }
        let text = SuggestionText.render(result)
        let after = try test(text + Self.rules, on: trail)
        // Everything that changes is allowed now, and each change was announced by the rule that makes it.
        #expect(after.changes.allSatisfy { $0.now == .allow && !$0.classes.contains(.compliance) })
        #expect(after.changed == result.suggestions.reduce(0) { $0 + $1.seen.count })
        #expect(Set(after.changes.compactMap(\.rule)).isSubset(of: result.suggestions.map(\.rule)))
    }

    @Test("names of clients cannot end a comment, nor move a cursor")
    func printable() throws {
        let (result, _) = try suggest { trail in
            trail.asked("10de:01", .deny, by: "default", exe: "/tmp/x\nallow uid=1000")
            trail.asked("10de:01", .deny, by: "default", exe: "/tmp/\u{1b}[2J")
            trail.asked("10de:01", .deny, by: "default", exe: "/tmp/a b\"c\\*{d}#e")
        }
        let text = SuggestionText.render(result)
        #expect(!text.contains("\u{1b}"))
        #expect(result.suggestions.count == 1)
        #expect(try site(text).ruleCount == 1)
    }
}
