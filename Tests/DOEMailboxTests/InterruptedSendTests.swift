import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Testing

@testable import DOEMailbox
@testable import DOEPolicy

/// Whatever empties the mailbox while a request is written, the rest of it is never executed where that shows.
@Suite("A send that was interrupted")
struct InterruptedSendTests {
    /// An object whose every rest from an even dword on is an object that the vendor function executes.
    private static func trap(dwords: Int = 40) throws -> DataObject {
        var bytes: [UInt8] = []
        for index in 1..<dwords / 2 {
            bytes += [UInt32(0x0002_10de), UInt32(dwords - 2 * index)].flatMap(\.littleEndianBytes)
        }
        return try DataObject(SimulatedFunction.vendorEcho, payload: bytes)
    }

    private func exchange(_ bench: Bench) throws -> ExchangeResult {
        bench.mailbox.exchange(Permit(mailbox: bench.mailbox.name, request: .object(try Self.trap())))
    }

    private func executed(_ bench: Bench) -> Int {
        bench.function.counts.executed[SimulatedFunction.vendorCounter] ?? 0
    }

    @Test("is what an emptied mailbox makes of a request, where nothing shows it: the hole that is left")
    func hole() throws {
        let bench = Bench { $0.dwordsBeforeEmptied = 20 }
        _ = try exchange(bench)
        #expect(executed(bench) == 1)
    }

    @Test("by a reset, which holds the thread, executes nothing, wherever it happens", arguments: 1...39)
    func reset(dwords: Int) throws {
        let bench = Bench {
            $0.dwordsBeforeEmptied = dwords
            $0.emptyingHolds = 100_000
        }
        let result = try exchange(bench)
        #expect(result.failure?.status == .unsent && result.abort == .worked)
        #expect(result.failure?.problem.contains("attempt 3 of 3") == true)
        #expect(bench.function.counts.goWrites == 0 && executed(bench) == 0)
        #expect(bench.function.counts.emptied == 3 && bench.function.counts.abortWrites == 3)
        bench.function.behaviour = Behaviour()
        try bench.expectWorking()
    }

    @Test("once or twice is sent anew, whatever it asks for, since nothing was executed", arguments: [1, 2])
    func anew(times: Int) throws {
        let bench = Bench {
            $0.dwordsBeforeEmptied = 20
            $0.emptyings = times
            $0.emptyingHolds = 20_001
        }
        let request = try Self.trap()
        let result = try exchange(bench)
        #expect(result.response == request)
        #expect(result.abort == .worked && executed(bench) == 0)
        #expect(bench.function.counts.executed == [SimulatedFunction.vendorEcho: 1])
    }

    @Test("shows in the control register too, where the mailbox has interrupts that nobody takes", arguments: 1...39)
    func sentinel(dwords: Int) throws {
        let bench = Bench {
            $0.dwordsBeforeEmptied = dwords
            $0.emptyings = 2
            $0.supportsInterrupts = true
            $0.raisesInterrupts = false
        }
        #expect(try exchange(bench).response == (try Self.trap()))
        #expect(bench.function.counts.emptied == 2 && executed(bench) == 0)
        // Nothing is left of it.
        #expect(try bench.function.readDword(at: SimulatedFunction.mailboxOffset + 0x08) == 0)
    }

    @Test("is not looked for with interrupts that would reach somebody")
    func interruptsAreInUse() throws {
        let bench = Bench { $0.supportsInterrupts = true }
        let request = try Self.trap()
        #expect(try exchange(bench).response == request)
        // The dwords, GO, and one acknowledgement a dword.
        #expect(bench.function.counts.writes == 2 * request.dwordCount + 1)
    }

    @Test("the setting of somebody else is a sentinel too, and stays")
    func othersSetting() throws {
        let control = SimulatedFunction.mailboxOffset + 0x08
        let bench = Bench { $0.supportsInterrupts = true }
        try bench.function.writeDword(2, at: control)
        #expect(try exchange(bench).response != nil)
        #expect(try bench.function.readDword(at: control) == 2)
        bench.function.behaviour.dwordsBeforeEmptied = 20
        bench.function.behaviour.emptyings = 1
        let result = try exchange(bench)
        #expect(result.response != nil && result.abort == .worked)
        #expect(executed(bench) == 0 && bench.function.counts.emptied == 1)
    }

    @Test("a control register that does not take the setting is no sentinel, and no reason to fail")
    func deafRegister() throws {
        var machine = MailboxMachine(
            mailbox: .simulated("hand"), request: try DataObject(.discovery, payload: [0, 0, 0, 0]), canArm: true)
        for event: MailboxEvent in [.began, .value(0), .value(0)] { _ = machine.next(event, at: 1) }
        #expect(machine.next(.permitHolds, at: 1) == .write(.control, 2))
        #expect(machine.next(.done, at: 1) == .read(.control))
        guard case .send = machine.next(.value(0), at: 1) else {
            Issue.record("it does not send")
            return
        }
        #expect(machine.next(.done, at: 1) == .read(.status))
        #expect(machine.next(.value(0), at: 1) == .read(.control))
        #expect(machine.next(.value(0), at: 1) == .confirmPermit)
        #expect(machine.next(.permitHolds, at: 1) == .write(.control, 1 << 31))
    }

    @Test("the second time is written dword by dword: a function whose writes take 2 ms each is served")
    func slowWrites() throws {
        let inner = SimulatedFunction.vendorFunction()
        let clock = MockClock()
        let bench = Bench(inner, through: SlowWrites(inner, clock, microseconds: 2_000), clock: clock)
        let result = try exchange(bench)
        #expect(result.response == (try Self.trap()))
        #expect(result.abort == .worked && inner.counts.abortWrites == 1)
    }

    @Test("a permit is asked for again before the request is sent anew")
    func askedAgain() throws {
        let bench = Bench {
            $0.dwordsBeforeEmptied = 20
            $0.emptyingHolds = 100_000
        }
        let function = bench.function
        let hindrance = Hindrance(by: "test", because: "it was emptied once")
        let result = bench.mailbox.exchange(
            Permit(mailbox: bench.mailbox.name, request: .object(try Self.trap())) {
                function.counts.emptied == 0 ? nil : .hindered(hindrance)
            })
        #expect(result.ending == .withdrawn(.hindered(hindrance)))
        #expect(result.abort == .worked && function.counts.emptied == 1 && function.counts.goWrites == 0)
    }

    @Test("is not tried again where the abort does not work")
    func stuck() throws {
        let bench = Bench {
            $0.dwordsBeforeEmptied = 20
            $0.emptyingHolds = 100_000
            $0.abortFails = true
        }
        let result = try exchange(bench)
        #expect(result.failure?.status == .unsent && result.abort == .failed)
        #expect(bench.function.counts.emptied == 1)
    }
}

/// A function on which every write takes a while.
private final class SlowWrites: HeldFunction {
    private let inner: SimulatedFunction
    private let clock: MockClock
    private let time: UInt64

    init(_ inner: SimulatedFunction, _ clock: MockClock, microseconds time: UInt64) {
        self.inner = inner
        self.clock = clock
        self.time = time
    }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 { try inner.readDword(at: offset) }
    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        clock.pass(microseconds: time)
        try inner.writeDword(value, at: offset)
    }
    func checkAvailable() throws(ConfigSpaceError) { try inner.checkAvailable() }
    func checkStillSame() throws(ConfigSpaceError) { try inner.checkStillSame() }
    func securityManager() -> Fact<String> { inner.securityManager() }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { inner.obstacleToLease(looksAtDevice: looksAtDevice) }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { inner.identity(of: mailbox) }
}
