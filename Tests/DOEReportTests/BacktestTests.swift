import DOEPolicy
import DOERecord
@testable import DOEReport
import DOEWords
import Testing

/// No names: rules of these tests have numbers.
private struct NoNames: NameResolver {
    func user(named name: String) -> NameLookup { .notFound }
    func group(named name: String) -> NameLookup { .notFound }
}

/// A policy of one file, `50-site.rules`.
func site(_ text: String, _ path: String = "/etc/doe-audit/rules.d/50-site.rules") throws -> Policy {
    try Policy.load(
        files: [RuleFile(path: path, text: text)],
        kernel: KernelVersion(major: 6, minor: 12), resolver: NoNames(), generation: 0)
}

extension TrailMaker {
    /// An exchange whose record has all that rules ask for.
    mutating func asked(
        _ object: String, _ verdict: Verdict, by rule: String, uid: String = "1000",
        _ objectClass: ObjectClass = .vendor,
        exe: String = "/usr/bin/tool", _ fill: (inout Record) -> Void = { _ in }
    ) {
        let event: Event = verdict == .deny ? .exchangeRefused : verdict == .warn ? .exchangeWarned : .exchangeAllowed
        exchange(
            event, .info, ObjectID(object) ?? .discovery, "an object", objectClass, verdict, uid: uid, exe: exe
        ) { record in
            record[.rule] = rule
            record[.mode] = "production"
            record[.device] = "8086:0d93"
            record[.clientPID] = "77"
            fill(&record)
        }
    }
}

@Suite("Rules tried on what is recorded")
struct BacktestTests {
    private func test(_ rules: String, _ make: (inout TrailMaker) -> Void) throws -> Backtest {
        var trail = TrailMaker()
        make(&trail)
        var builder = BacktestBuilder(of: try site(rules), source: .exportFile("night.export"))
        for record in trail.records { builder.add(record) }
        return builder.finish()
    }

    @Test("a record that counts is as many exchanges as it says")
    func counted() throws {
        let result = try test("allow class=vendor uid=1000\n") { trail in
            trail.asked("10de:01", .deny, by: "default")
            trail.asked("10de:01", .deny, by: "default") { record in
                record[.clientPID] = nil
                record[.count] = "499"
                record[.first] = "1772330520000000"
                record[.last] = "1772330580000000"
            }
        }
        #expect(result.exchanges == 500 && result.changes.map(\.seen.count) == [500])
        #expect(result.changes.first?.seen.last == Timestamp(microseconds: 1_772_330_580_000_000))
        #expect(result.last == result.changes.first?.seen.last)
    }

    @Test("the rules that decided then make no difference now")
    func noDifference() throws {
        let result = try test("allow object=1e98:02\nwarn class=vendor uid=0\n") { trail in
            trail.add(.daemonStarted, .notice) { _ in }
            trail.asked("1e98:02", .allow, by: "50-site.rules:1", .published)
            trail.asked("10de:01", .warn, by: "50-site.rules:2", uid: "0")
            trail.asked("10de:01", .deny, by: "default")
            trail.asked("1e98:00", .deny, by: "gatekeeper", uid: "0", .compliance)
        }
        #expect(result.changes.isEmpty && result.notJudged == 0)
        #expect((result.exchanges, result.unchanged) == (4, 4))
        let text = BacktestText.render(result)
        #expect(text.hasPrefix("No difference: all would have been decided as they were.\n"))
    }

    @Test("what changes is grouped, and what opens a door comes first")
    func changesInOrder() throws {
        let result = try test(
            "deny object=1e98:02\nallow object=10de:01 uid=1000\nallow object=0001:{05,06}\nallow uid=0\n"
        ) {
            trail in
            for _ in 0..<9 { trail.asked("1e98:02", .allow, by: "50-site.rules:1", .published) }
            for _ in 0..<3 { trail.asked("0001:05", .deny, by: "default", .published) }
            for _ in 0..<2 { trail.asked("10de:01", .deny, by: "default") }
            trail.asked("10de:02", .warn, by: "90-doe-audit.rules:37", uid: "0")
        }
        #expect(result.changes.map(\.effect) == [.newlyAllowed, .newlyAllowed, .quieter, .newlyRefused])
        #expect(result.changes.map(\.isAlarming) == [true, false, false, false])
        #expect(result.changes.map(\.seen.count) == [2, 3, 1, 9])
        let first = try #require(result.changes.first)
        #expect((first.decidedBefore, first.decidedNow) == ("default", "50-site.rules:2"))
        #expect(first.rule == "allow object=10de:01 uid=1000")
        #expect(first.who == "uid 1000 /usr/bin/tool")
        #expect(try #require(first.seen.last).microseconds - #require(first.seen.first).microseconds == 60_000_000)
        let text = BacktestText.render(result)
        #expect(text.hasPrefix("THESE RULES OPEN WHAT WAS SHUT: 2 of compliance or vendor class.\n"))
        #expect(text.contains("15 of 15 exchanges would have been decided otherwise.\n"))
        #expect(text.contains("      2 times, 2026-"))
    }

    @Test("an object line that makes compliance something else is loudest")
    func complianceIsLoudest() throws {
        let result = try test("object abcd:01 unknown \"harmless\"\nallow object={10de:01,abcd:01}\n") { trail in
            for _ in 0..<5 { trail.asked("10de:01", .deny, by: "default") }
            trail.asked("abcd:01", .deny, by: "gatekeeper", .compliance)
        }
        #expect(result.changes.map(\.classes) == [[.compliance, .unknown], [.vendor]])
        #expect(result.changes.allSatisfy { $0.isAlarming })
    }

    @Test(
        "no rule changes what was refused by others than the policy",
        arguments: ["ledger", "trail", "spdm-owner", "tsm", "limits", "gatekeeper"])
    func beyondRules(_ part: String) throws {
        let result = try test("allow class=vendor\n") { $0.asked("10de:01", .deny, by: part) }
        #expect((result.changes.count, result.unchanged, result.beyondRules) == (0, 1, 1))
        let malformed = try test("allow class=vendor\n") { $0.asked("10de:01", .deny, by: "gatekeeper", .malformed) }
        #expect((malformed.changes.count, malformed.unchanged, malformed.beyondRules) == (0, 1, 1))
    }

    @Test("what was observed, or passed only because nothing was enforced, is compared with what the policy said")
    func wouldCounts() throws {
        let result = try test("warn uid=0 road={proxy,bypass}\n") { trail in
            trail.asked("10de:01", .observed, by: "default", uid: "0") {
                $0[.would] = "deny"
                $0.road = .bypass
            }
            trail.asked("10de:01", .warn, by: "default", uid: "0") { $0[.would] = "deny" }
            trail.asked("10de:01", .observed, by: "default", uid: "0") { $0.road = .bypass }
        }
        #expect(result.changes.map(\.then) == [.deny])
        #expect(result.changed == 2)
        #expect(result.lacking.map(\.what) == ["the verdict"])
    }

    @Test("what cannot be judged is counted, and nothing is said of it")
    func notJudged() throws {
        let result = try test("allow object=10de:01 group=50\n") { trail in
            for _ in 0..<4 { trail.asked("10de:01", .deny, by: "default") }
            trail.asked("10de:01", .deny, by: "default") { $0[.mode] = nil }
        }
        #expect(result.changes.isEmpty)
        #expect((result.unchanged, result.notJudged) == (0, 5))
        #expect(result.lacking.map(\.count) == [4, 1])
        let text = BacktestText.render(result)
        #expect(text.hasPrefix("None of 5 exchanges could be judged.\n"))
        #expect(text.contains("the client's groups: 4\n"))
        let some = try test("allow object=10de:01 group=50\n") { trail in
            trail.asked("10de:01", .deny, by: "default")
            trail.asked("10de:02", .deny, by: "default")
        }
        #expect(
            BacktestText.render(some).hasPrefix(
                "No difference: all that could be judged would have been decided as they were.\n"))
    }

    @Test("values of clients cannot move a cursor")
    func printable() throws {
        let result = try test("allow class=vendor\n") {
            $0.asked("10de:01", .deny, by: "default", exe: "/tmp/\u{1b}[2J")
        }
        #expect(!BacktestText.render(result).contains("\u{1b}"))
    }
}
