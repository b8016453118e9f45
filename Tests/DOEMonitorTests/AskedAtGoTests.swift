import DOELinux
import DOEMailbox
import DOEObjects
import DOERecord
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

/// In production too: whatever has changed since the judgement counts right before the first dword, and right before
/// GO.
@Suite("The gate, asked at the first dword and at GO")
struct AskedAtGoTests {
    private static func spdmFunction() -> SimulatedFunction {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x1b36, device: 0x0010), classCode: 0x010802, serialNumber: nil)
        return SimulatedFunction(device, handlers: [.spdm: { $0 }])
    }

    private static let getVersion: [UInt8] = [0x12, 0x84, 0, 0]

    private static let root = Client(via: .known(.unix), pid: .known(7), uid: .known(0), groups: .known([]))

    private func startLease(of stage: Stage) throws {
        _ = try stage.house.monitor.startLease(
            of: stage.mailbox, on: LeaseTerms(holder: .uid(4242), seconds: 60, reason: "ticket LAB-1"), for: Self.root,
            obstacle: nil)
        #expect(try Record(encoded: #require(stage.journald.next())).event == .leaseStarted)
    }

    /// Expects that a lease whose end is on record before the refusal opens nothing, and that the attempt is told.
    private func expectWithdrawn(_ stage: Stage, at moment: Stage.Moment, _ status: String, _ words: String) throws {
        try startLease(of: stage)
        let reply = try stage.ask(.compliance, [0, 0, 0, 0], uid: 4242)
        let ended = try Record(encoded: #require(stage.journald.next()))
        #expect(ended.event == .leaseEnded && ended[.status] == status)
        let record = try stage.expectRefused(reply, by: "gatekeeper", at: moment)
        #expect(reply.reason.contains(words), "\(reply.reason)")
        #expect(reply.taint.contains(.complianceAttempted))
        #expect(record.event == .complianceRefused && record[.lease] == nil)
        #expect(record.taint.contains(.complianceAttempted))
        #expect(record.taint.contains(.abort) == (moment == .go))
        #expect(stage.house.monitor.leases.isEmpty)
    }

    @Test("a security manager that the kernel connects meanwhile", arguments: Stage.Moment.allCases)
    func securityManager(moment: Stage.Moment) throws {
        let stage = try Stage(Self.spdmFunction(), at: moment) {
            $1.inner.behaviour.securityManager = .known("tsm0")
        }
        let reply = try stage.ask(.spdm, Self.getVersion, uid: 4242)
        try stage.expectRefused(reply, by: "tsm", at: moment)
        #expect(reply.reason.contains("tsm0"))
        #expect(stage.house.monitor.spdmOwner(of: stage.mailbox.name) == nil)
    }

    @Test("SPDM that belongs to somebody else meanwhile, or to nobody", arguments: Stage.Moment.allCases)
    func ownership(moment: Stage.Moment) throws {
        let stage = try Stage(Self.spdmFunction(), at: moment) { house, _ in
            house.monitor.spdm.withLock { $0 = SPDMOwnership() }
        }
        try stage.expectRefused(
            try stage.ask(.spdm, Self.getVersion, uid: 4242), by: "spdm-owner", at: moment)
    }

    @Test("a client that is not who it was meanwhile", arguments: Stage.Moment.allCases)
    func client(moment: Stage.Moment) throws {
        let hasChanged = Switch()
        let stage = try Stage(.vendorFunction(), at: moment) { _, _ in hasChanged.turnOn() }
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0) {
            hasChanged.isOn ? Client(via: .known(.unix)) : $0
        }
        try stage.expectRefused(reply, by: "client", at: moment)
        #expect(reply.reason.contains("process 7 has ended or runs another program"))
    }

    @Test("a client that is not who it was when the device has answered gets no answer, and the record has it")
    func clientAtTheReply() throws {
        let hasChanged = Switch()
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x10de, device: 0x0010), classCode: 0x030200, serialNumber: nil)
        let function = SimulatedFunction(
            device,
            handlers: [
                SimulatedFunction.vendorCounter: {
                    hasChanged.turnOn()
                    return $0
                }
            ])
        let stage = try Stage(function, lookingBefore: .max) { _, _ in }
        for isOther in [true, false] {
            let reply = try stage.ask(SimulatedFunction.vendorCounter, [1, 2, 3, 4], uid: 0) {
                isOther && hasChanged.isOn ? Client(via: .known(.unix)) : $0
            }
            #expect(hasChanged.isOn && (reply.response == nil) == isOther)
            #expect(reply.status == (isOther ? "withheld" : "done") && reply.verdict != .deny)
            #expect(reply.reason.contains("process 7 has ended or runs another program") == isOther)
            let record = try Record(encoded: #require(stage.journald.next()))
            #expect(record[.status] == "done" && record[.told] == (isOther ? "withheld" : nil))
            #expect(record[.responseBytes] == "12" && record[.clientPID] == "7")
        }
    }

    @Test("a client that was somebody else before it was judged is nobody, here and on record")
    func stranger() throws {
        let stage = try Stage(.vendorFunction(), at: .go) { _, _ in }
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0) { _ in
            Client(via: .known(.unix))
        }
        #expect(reply.verdict == .deny && reply.reason.contains("unknown uid"))
        let record = try Record(encoded: #require(stage.journald.next()))
        #expect(record[.clientUID] == "unknown" && record[.clientPID] == "unknown")
    }

    @Test("a driver that is bound meanwhile, where the rule asks for it", arguments: Stage.Moment.allCases)
    func driver(moment: Stage.Moment) throws {
        let stage = try Stage(.vendorFunction(), at: moment) { $1.bind("late") }
        try stage.expectRefused(
            try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 77), by: "default", at: moment)
    }

    @Test("a mode that goes down meanwhile", arguments: Stage.Moment.allCases)
    func mode(moment: Stage.Moment) throws {
        let host = MadeUpHost()
        let stage = try Stage(.vendorFunction(), at: moment, mode: host.mode) { _, _ in
            host.facts.lockdown = .on("integrity")
        }
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 78)
        let lowered = try Record(encoded: #require(stage.journald.next()))
        #expect(lowered.event == .modeLowered)
        try stage.expectRefused(reply, by: "default", at: moment)
    }

    @Test("a lease that somebody ends meanwhile", arguments: Stage.Moment.allCases)
    func endedLease(moment: Stage.Moment) throws {
        let stage = try Stage(.cxlMemoryExpander(), at: moment, mode: MadeUpHost().mode) { house, _ in
            _ = try? house.monitor.endLease(of: house.mailbox.name, for: Self.root)
        }
        try expectWithdrawn(stage, at: moment, "ended", "its mailbox has no lease")
    }

    @Test("a lease whose time is over meanwhile", arguments: Stage.Moment.allCases)
    func expiredLease(moment: Stage.Moment) throws {
        let clock = MadeUpClock()
        let stage = try Stage(
            .cxlMemoryExpander(), at: moment, mode: MadeUpHost().mode, leaseClock: { clock.now }
        ) { house, _ in
            if let lease = house.monitor.leases.all.first { clock.now = lease.end }
        }
        try expectWithdrawn(stage, at: moment, "expired", "its time was over")
    }

    @Test("and one that goes on opens what it has opened", arguments: Stage.Moment.allCases)
    func lease(moment: Stage.Moment) throws {
        let stage = try Stage(.cxlMemoryExpander(), at: moment, mode: MadeUpHost().mode) { _, _ in }
        try startLease(of: stage)
        #expect(try stage.ask(.compliance, [0, 0, 0, 0], uid: 4242).status == "done")
        #expect(stage.house.function.counts.executed[.compliance] == 1)
    }

    @Test("a function that is lent or sleeps meanwhile is left as it is", arguments: Stage.Moment.allCases)
    func unavailable(moment: Stage.Moment) throws {
        let turns: [@Sendable (inout Behaviour) -> Void] = [{ $0.isLent = true }, { $0.powerState = .d3hot }]
        for turn in turns {
            let stage = try Stage(.vendorFunction(), at: moment) { turn(&$1.inner.behaviour) }
            let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0)
            #expect(reply.status == "unavailable" && !reply.taint.contains(.abort))
            let counts = stage.house.function.counts
            #expect(counts.goWrites == 0 && counts.abortWrites == 0)
            #expect(counts.writes == (moment == .go ? 3 : 0))
        }
    }

    @Test("and where nothing changes all goes well", arguments: Stage.Moment.allCases)
    func unchanged(moment: Stage.Moment) throws {
        let stage = try Stage(.vendorFunction(), at: moment) { _, _ in }
        for uid in [0, 77, 4242] as [UInt32] {
            #expect(try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: uid).status == "done")
        }
    }
}

private final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }

    func turnOn() { state.withLock { $0 = true } }
}
