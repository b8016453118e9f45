import DOEAuditTrail
import DOELinux
import DOEObjects
import DOERecord
import DOESimulator
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

/// Facts that a test changes.
final class MadeUpHost: Sendable {
    private let state: Mutex<ModeFacts>
    let reads = Mutex(0)

    init(lockdown: KernelLockdown = .off) {
        state = Mutex(ModeFacts(configured: .bringUp, commandLine: .bringUp, lockdown: lockdown))
    }

    var facts: ModeFacts {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    var mode: HostMode {
        HostMode { [self] in
            reads.withLock { $0 += 1 }
            return facts
        }
    }
}

@Suite("The mode, on the road")
struct ModeOnTheRoadTests {
    @Test("a kernel that is locked down meanwhile ends bring-up with the next exchange, on record, for good")
    func lowered() throws {
        let host = MadeUpHost()
        let house = try House(.cxlMemoryExpander(), mode: host.mode)
        let journald = FakeJournald(path: house.directory.path + "/nobody")
        #expect(try house.ask(.discovery).status == "done")
        #expect(house.monitor.mode == .bringUp)
        #expect(try Record(encoded: #require(journald.next()))[.mode] == "bring-up")

        host.facts.lockdown = .on("integrity")
        #expect(try house.ask(.discovery).status == "done")
        #expect(house.monitor.mode == .production)
        let lowered = try Record(encoded: #require(journald.next()))
        #expect(lowered.event == .modeLowered && lowered.priority == .warning && lowered.mode == .production)
        #expect(lowered.message.contains("the kernel is locked down: integrity"))
        #expect(try Record(encoded: #require(journald.next()))[.mode] == "production")

        host.facts.lockdown = .off
        #expect(try house.ask(.discovery).status == "done")
        #expect(try Record(encoded: #require(journald.next())).event == .exchangeAllowed)
        #expect(house.monitor.mode == .production && house.monitor.hostMode.inForce.reason.contains("integrity"))
    }

    @Test("where the record cannot be kept the mode is down all the same")
    func owed() throws {
        let host = MadeUpHost()
        let house = try House(.cxlMemoryExpander(), mode: host.mode, capacity: 8)
        // Until no place is left, not even those for the daemon's own.
        while (try? house.trail.write(Record(.policyLoaded, priority: .notice, message: "in force"))) != nil {}
        host.facts.commandLine = .production
        #expect(try house.ask(.compliance).rule == "trail")
        #expect(house.monitor.mode == .production)
        // It is still to be put on record.
        #expect(house.monitor.hostMode.takeOwed()?.mode == .production)
    }

    @Test("a mode that went down is owed once, and again where it was given back")
    func once() {
        let host = MadeUpHost()
        let mode = host.mode
        #expect(mode.look().mode == .bringUp && mode.takeOwed() == nil)
        host.facts.configured = .production
        #expect(mode.look().mode == .production && mode.look().mode == .production)
        #expect(mode.takeOwed() != nil && mode.takeOwed() == nil)
        mode.putBack()
        #expect(mode.takeOwed() != nil && mode.takeOwed() == nil)
    }

    @Test("in production nothing is read again")
    func quiet() throws {
        let host = MadeUpHost(lockdown: .unknown("nowhere to look"))
        let house = try House(.cxlMemoryExpander(), mode: host.mode)
        for _ in 0..<3 { #expect(try house.ask(.discovery).status == "done") }
        #expect(host.reads.withLock { $0 } == 1)
    }
}
