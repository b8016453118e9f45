import DOEObjects
import DOEPolicy
import DOERecord
import DOESimulator
import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

/// What comes into force between the judgement and GO counts: nothing is sent that the policy of that moment would
/// not let pass by the rule that is on record.
@Suite("Rules that come into force while an exchange is under way")
struct ReloadedUnderWayTests {
    /// A change of what is in force, and who is to refuse: `nil` for what goes on.
    struct Change: Sendable, CustomTestStringConvertible {
        let before: String
        let after: String
        var enforcementBefore = Enforcement.enforcing
        var enforcementAfter = Enforcement.enforcing
        let refusedBy: String?

        var testDescription: String { "\(before) (\(enforcementBefore)) -> \(after) (\(enforcementAfter))" }
    }

    static let changes = [
        // Refused by now: by a rule, by default, by no rule at all, by what an object line states.
        Change(before: "allow", after: "deny", refusedBy: "50-test.rules:1"),
        Change(before: "allow", after: "allow uid=7", refusedBy: "default"),
        Change(before: "allow", after: "", refusedBy: "default"),
        Change(before: "warn", after: "deny", refusedBy: "50-test.rules:1"),
        Change(
            before: "allow", after: "object 10de:02 vendor \"one\" dwords 4..5\nallow", refusedBy: "50-test.rules:1"),
        // Passes by now as something else than what is on record.
        Change(before: "allow", after: "warn", refusedBy: "gatekeeper"),
        Change(before: "warn", after: "allow", refusedBy: "gatekeeper"),
        Change(before: "allow", after: "\nallow", refusedBy: "gatekeeper"),
        Change(before: "allow", after: "allow because \"for another reason\"", refusedBy: "gatekeeper"),
        Change(
            before: "allow", after: "object 10de:02 compliance \"one\"\nallow", refusedBy: "gatekeeper"),
        // The same rule decides the same, in another generation.
        Change(before: "allow", after: "allow", refusedBy: nil),
        Change(before: "warn", after: "warn\ndeny", refusedBy: nil),
        // Enforcement.
        Change(
            before: "deny", after: "deny", enforcementBefore: .permissive, refusedBy: "50-test.rules:1"),
        Change(
            before: "deny uid=7", after: "deny uid=7", enforcementBefore: .permissive, refusedBy: "default"),
        Change(before: "deny", after: "warn", enforcementBefore: .permissive, refusedBy: "gatekeeper"),
        Change(
            before: "deny", after: "deny", enforcementBefore: .permissive, enforcementAfter: .permissive,
            refusedBy: nil),
        Change(before: "warn", after: "warn", enforcementAfter: .permissive, refusedBy: nil),
        Change(before: "warn", after: "deny", enforcementAfter: .permissive, refusedBy: "gatekeeper"),
    ]

    private static func judge(_ rules: String, _ enforcement: Enforcement, generation: UInt64) throws -> Judge {
        Judge(
            try Policy.load(
                files: [RuleFile(path: "50-test.rules", text: rules)], kernel: KernelVersion(major: 6, minor: 12),
                resolver: NoAccounts(), generation: generation), enforcement: enforcement)
    }

    private func stage(_ change: Change, _ moment: Stage.Moment) throws -> Stage {
        let after = try Self.judge(change.after, change.enforcementAfter, generation: 2)
        return try Stage(
            .vendorFunction(), at: moment, enforcement: change.enforcementBefore, rules: change.before
        ) { house, _ in house.monitor.takeIntoForce(after) }
    }

    @Test(
        "withdraw what they refuse, and leave alone what they decide as it was", arguments: changes,
        Stage.Moment.allCases)
    func reloaded(change: Change, moment: Stage.Moment) throws {
        let stage = try stage(change, moment)
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0)
        guard let rule = change.refusedBy else {
            #expect(reply.status == "done" && stage.house.function.counts.goWrites == 1)
            let record = try Record(encoded: #require(stage.journald.next()))
            #expect(record[.policy]?.hasPrefix("1:") == true)
            return
        }
        let record = try stage.expectRefused(reply, by: rule, at: moment)
        #expect(record[.policy]?.hasPrefix("2:") == true)
        if rule == "gatekeeper", !change.after.hasPrefix("object") { #expect(reply.reason.contains("ask again")) }
    }

    @Test("are asked between the judgement and the mailbox too, before it is looked at")
    func beforeTheMailbox() throws {
        let house = try House()
        let after = try Self.judge("deny", .enforcing, generation: 2)
        house.atNextLetter.set { house.monitor.takeIntoForce(after) }
        let reply = try house.ask(SimulatedFunction.vendorCounter)
        #expect(reply.status == "refused" && reply.rule == "50-test.rules:1")
        #expect(house.function.counts.writes == 0)
    }

    @Test("that opened what was refused change nothing for who asked before")
    func opened() throws {
        let house = try House(rules: "deny")
        let reply = try house.ask(SimulatedFunction.vendorCounter)
        house.monitor.takeIntoForce(try Self.judge("allow", .enforcing, generation: 2))
        #expect(reply.status == "refused" && house.function.counts == SimulatorCounts())
        #expect(try house.ask(SimulatedFunction.vendorCounter).status == "done")
    }

    @Test("do not reach what has had its GO: that ends under the rules by which it was sent")
    func afterGo() throws {
        let after = try Self.judge("deny", .enforcing, generation: 2)
        let stage = try Stage(.vendorFunction(), lookingBefore: 3, rules: "allow") { house, _ in
            house.monitor.takeIntoForce(after)
        }
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0)
        #expect(reply.status == "done" && reply.rule == "50-test.rules:1")
        #expect(stage.house.monitor.policy.identity.generation == 2)
        #expect(try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0).status == "refused")
    }
}
