import DOELinux
import DOEMailbox
import DOEObjects
import DOERecord
import DOESimulator
import DOEWords
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

/// In production too: whatever has changed since the judgement counts right before the first dword, and right before GO.
@Suite("The gate, asked at the first dword and at GO")
struct AskedAtGoTests {
    /// Where an exchange can be changed under way: before the first look at the status, or after the last dword.
    enum Moment: Int, CaseIterable {
        case firstDword = 1
        case go = 2
    }

    /// A house whose mailbox is changed at one moment, and a journald that hears of it.
    private struct Stage {
        let house: House
        let mailbox: RegisterMailbox
        let journald: FakeJournald

        init(
            _ function: SimulatedFunction, at moment: Moment, mode: HostMode = .production,
            _ change: @escaping @Sendable (House, ChangedFunction) -> Void
        ) throws {
            let house = try House(function, mode: mode)
            self.house = house
            journald = FakeJournald(path: house.directory.path + "/nobody")
            let changed = ChangedFunction(function, at: moment.rawValue) { change(house, $0) }
            mailbox = RegisterMailbox(
                name: house.mailbox.name, function: changed, capability: SimulatedFunction.mailboxOffset,
                clock: KernelClock())
        }

        func ask(
            _ object: ObjectID, _ payload: [UInt8], uid: UInt32,
            present: @escaping @Sendable (Client) -> Client = { $0 }
        ) throws -> Reply {
            let client = Client(
                via: .known(.unix), pid: .known(7), uid: .known(uid), groups: .known([]), exe: .none, unit: .none)
            return house.monitor.exchange(
                .exchange(try DataObject(object, payload: payload).bytes), with: mailbox,
                for: Requester(client, connection: 1) { present(client) })
        }

        /// Expects that nothing was executed, and that the record says so.
        func expectRefused(
            _ reply: Reply, by rule: String, at moment: Moment, sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let counts = house.function.counts
            #expect(reply.status == "refused" && reply.verdict == .deny, sourceLocation: sourceLocation)
            #expect(reply.rule == rule && reply.response == nil, sourceLocation: sourceLocation)
            #expect(counts.goWrites == 0 && counts.executed.isEmpty, sourceLocation: sourceLocation)
            #expect(counts.requestDwords == (moment == .go ? 3 : 0), sourceLocation: sourceLocation)
            #expect(counts.abortWrites == (moment == .go ? 1 : 0), sourceLocation: sourceLocation)
            #expect(reply.taint.contains(.abort) == (moment == .go), sourceLocation: sourceLocation)
            #expect(reply.reason.contains("aborted, no GO") == (moment == .go), sourceLocation: sourceLocation)
            let record = try Record(encoded: #require(journald.next()))
            #expect(record[.rule] == rule && record[.status] == "refused", sourceLocation: sourceLocation)
            #expect(record[.verdict] == "deny", sourceLocation: sourceLocation)
        }
    }

    private static func spdmFunction() -> SimulatedFunction {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x1b36, device: 0x0010), classCode: 0x010802, serialNumber: nil)
        return SimulatedFunction(device, handlers: [.spdm: { $0 }])
    }

    private static let getVersion: [UInt8] = [0x12, 0x84, 0, 0]

    @Test("a security manager that the kernel connects meanwhile", arguments: Moment.allCases)
    func securityManager(moment: Moment) throws {
        let stage = try Stage(Self.spdmFunction(), at: moment) {
            $1.inner.behaviour.securityManager = .known("tsm0")
        }
        let reply = try stage.ask(.spdm, Self.getVersion, uid: 4242)
        try stage.expectRefused(reply, by: "tsm", at: moment)
        #expect(reply.reason.contains("tsm0"))
        #expect(stage.house.monitor.spdmOwner(of: stage.mailbox.name) == nil)
    }

    @Test("SPDM that belongs to somebody else meanwhile, or to nobody", arguments: Moment.allCases)
    func ownership(moment: Moment) throws {
        let stage = try Stage(Self.spdmFunction(), at: moment) { house, _ in
            house.monitor.spdm.withLock { $0 = SPDMOwnership() }
        }
        try stage.expectRefused(
            try stage.ask(.spdm, Self.getVersion, uid: 4242), by: "spdm-owner", at: moment)
    }

    @Test("a client that is not who it was meanwhile", arguments: Moment.allCases)
    func client(moment: Moment) throws {
        let hasChanged = Switch()
        let stage = try Stage(.vendorFunction(), at: moment) { _, _ in hasChanged.turnOn() }
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 0) {
            hasChanged.isOn ? Client(via: .known(.unix)) : $0
        }
        try stage.expectRefused(reply, by: "client", at: moment)
        #expect(reply.reason.contains("process 7 has ended or runs another program"))
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

    @Test("a driver that is bound meanwhile, where the rule asks for it", arguments: Moment.allCases)
    func driver(moment: Moment) throws {
        let stage = try Stage(.vendorFunction(), at: moment) { $1.bind("late") }
        try stage.expectRefused(
            try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 77), by: "default", at: moment)
    }

    @Test("a mode that goes down meanwhile", arguments: Moment.allCases)
    func mode(moment: Moment) throws {
        let host = MadeUpHost()
        let stage = try Stage(.vendorFunction(), at: moment, mode: host.mode) { _, _ in
            host.facts.lockdown = .on("integrity")
        }
        let reply = try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: 78)
        let lowered = try Record(encoded: #require(stage.journald.next()))
        #expect(lowered.event == .modeLowered)
        try stage.expectRefused(reply, by: "default", at: moment)
    }

    @Test("a function that is lent or sleeps meanwhile is left as it is", arguments: Moment.allCases)
    func unavailable(moment: Moment) throws {
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

    @Test("and where nothing changes all goes well", arguments: Moment.allCases)
    func unchanged(moment: Moment) throws {
        let stage = try Stage(.vendorFunction(), at: moment) { _, _ in }
        for uid in [0, 77, 4242] as [UInt32] {
            #expect(try stage.ask(SimulatedFunction.vendorCounter, [0, 0, 0, 0], uid: uid).status == "done")
        }
    }
}

/// A simulated function that something happens to at one of the looks at its status.
final class ChangedFunction: HeldFunction {
    let inner: SimulatedFunction
    private let looksLeft: Mutex<Int>
    private let driver = Mutex<String?>(nil)
    private let change: @Sendable (ChangedFunction) -> Void

    init(_ inner: SimulatedFunction, at look: Int, _ change: @escaping @Sendable (ChangedFunction) -> Void) {
        self.inner = inner
        looksLeft = Mutex(look)
        self.change = change
    }

    /// From now on this driver is bound.
    func bind(_ name: String) { driver.withLock { $0 = name } }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        let value = try inner.readDword(at: offset)
        if offset == SimulatedFunction.mailboxOffset + 0x0c {
            let isNow = looksLeft.withLock {
                $0 -= 1
                return $0 == 0
            }
            if isNow { change(self) }
        }
        return value
    }

    func identity(of mailbox: MailboxName) -> MailboxIdentity {
        var identity = inner.identity(of: mailbox)
        if let name = driver.withLock({ $0 }) { identity.driver = .known(name) }
        return identity
    }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        try inner.writeDword(value, at: offset)
    }
    func checkAvailable() throws(ConfigSpaceError) { try inner.checkAvailable() }
    func checkStillSame() throws(ConfigSpaceError) { try inner.checkStillSame() }
    func securityManager() -> Fact<String> { inner.securityManager() }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { inner.obstacleToLease(looksAtDevice: looksAtDevice) }
}

private final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }

    func turnOn() { state.withLock { $0 = true } }
}
