import DOELinux
import DOEWords
import Testing

@testable import DOEMonitor

@Suite("A mode begins as the facts say, and only goes down")
struct ModeInForceTests {
    private static let lockdowns: [KernelLockdown] = [
        .off, .on("integrity"), .on("confidentiality"), .unknown("no securityfs"),
    ]

    private static let all: [ModeFacts] = Mode.allCases.flatMap { configured in
        Mode.allCases.flatMap { commandLine in
            lockdowns.map { ModeFacts(configured: configured, commandLine: commandLine, lockdown: $0) }
        }
    }

    private static let open = ModeFacts(configured: .bringUp, commandLine: .bringUp, lockdown: .off)

    @Test("of all that the facts can be, one makes bring-up")
    func begins() {
        #expect(Self.all.count == 16)
        #expect(Self.all.filter { ModeInForce($0).mode == .bringUp } == [Self.open])
    }

    @Test("each reason is its own", arguments: all)
    func reasons(facts: ModeFacts) {
        let reason = ModeInForce(facts).reason
        #expect(!reason.isEmpty)
        if case .on(let level) = facts.lockdown, facts.configured == .bringUp, facts.commandLine == .bringUp {
            #expect(reason.hasSuffix(level))
        }
        if facts.configured != facts.commandLine { #expect(reason.contains("does not")) }
    }

    @Test("whatever comes after whatever, production stays production", arguments: all)
    func neverUp(first: ModeFacts) {
        for second in Self.all {
            var mode = ModeInForce(first)
            let before = mode
            let isLowered = mode.take(second, at: 1_700_000_000_000_000)
            #expect(isLowered == (first == Self.open && second != Self.open))
            #expect(mode.mode == (first == Self.open && second == Self.open ? .bringUp : .production))
            if !isLowered { #expect(mode == before) }
            // And once down, nothing brings it back.
            let down = mode
            for third in Self.all where down.mode == .production {
                let isLoweredAgain = mode.take(third, at: 1_800_000_000_000_000)
                #expect(!isLoweredAgain && mode == down)
            }
        }
    }

    @Test("a lowered mode says when and why")
    func says() {
        var mode = ModeInForce(Self.open)
        var facts = Self.open
        facts.lockdown = .on("integrity")
        let isLowered = mode.take(facts, at: 1_700_000_000_000_000)
        #expect(isLowered)
        #expect(mode.reason.contains("until 2023-11-14 22:13:20 UTC"))
        #expect(mode.reason.hasSuffix("locked down: integrity"))
    }
}
