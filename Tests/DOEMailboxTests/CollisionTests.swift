import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Synchronization
import Testing

@Suite("A mailbox that somebody else writes to")
struct CollisionTests {
    private static let discovery: [UInt8] = [0, 0, 0, 0]

    private func bench(_ foreignWrites: Range<Int>?) -> Bench {
        Bench(SimulatedFunction.cxlMemoryExpander(behaviour: Self.behaviour(foreignWrites)))
    }

    private static func behaviour(_ foreignWrites: Range<Int>?) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.foreignWrites = foreignWrites
        return behaviour
    }

    @Test("asks for discovery and CDAT a second time", arguments: [ObjectID.discovery, .tableAccess], [0, 1])
    func repeated(object: ObjectID, question: Int) throws {
        let bench = bench(question..<question + 1)
        let result = try bench.exchange(object, payload: Self.discovery)
        #expect(result.response?.object == object)
        #expect(result.abort == .worked)
        #expect(bench.function.counts.goWrites == 1 + question)
        #expect(bench.function.counts.abortWrites == 1)
        #expect(bench.function.counts.questions == 3 + question)
        #expect(bench.function.counts.malformed == 0)
    }

    @Test("does not ask for discovery a third time")
    func notTwice() throws {
        let bench = bench(0..<Int.max)
        let result = try bench.exchange(.discovery, payload: Self.discovery)
        #expect(result.failure?.status == .collided)
        #expect(result.abort == .worked)
        #expect(bench.function.counts.goWrites == 0 && bench.function.counts.abortWrites == 2)
    }

    @Test("does not repeat discovery when the abort did not work")
    func stuck() throws {
        let bench = bench(0..<1)
        bench.function.behaviour.abortFails = true
        let result = try bench.exchange(.discovery, payload: Self.discovery)
        #expect(result.failure?.status == .collided && result.abort == .failed)
        #expect(bench.function.counts.requestDwords == 3)
    }

    @Test("asks for anything else once: it may not be the same the second time")
    func notRepeated() throws {
        for question in 0...1 {
            let bench = Bench(Self.behaviour(question..<question + 1))
            let result = try bench.exchange(SimulatedFunction.vendorCounter, payload: [])
            #expect(result.failure?.status == .collided)
            #expect(result.failure?.problem.contains(SimulatedFunction.neighbour) == true)
            #expect(bench.function.counts.executed[SimulatedFunction.vendorCounter, default: 0] == question)
            try bench.expectWorking()
        }
    }

    @Test("asks nobody where nobody witnesses, and twice an exchange where somebody does")
    func questions() throws {
        let alone = Bench(Self.behaviour(nil))
        try alone.expectWorking()
        #expect(alone.function.counts.questions == 0)
        let watched = Bench(Self.behaviour(0..<0))
        try watched.expectWorking()
        #expect(watched.function.counts.questions == 2)
    }

    @Test("asks for writes from the control register to the last byte of the read mailbox, since the look before")
    func asksForItsOwn() throws {
        let function = AskedFunction()
        let bench = Bench(function.inner, through: function)
        _ = try bench.exchange()
        #expect(function.asked.withLock { $0.map(\.registers) } == [0x198..<0x1a8, 0x198..<0x1a8])
        let times = function.asked.withLock { $0.map(\.since) }
        #expect(Set(times).count == 1 && times[0] > 5_000 && times[0] < bench.clock.now)
    }
}

/// A simulated function whose witness notes what it is asked.
private final class AskedFunction: HeldFunction {
    let inner = SimulatedFunction.vendorFunction()
    let asked = Mutex<[(registers: Range<UInt16>, since: UInt64)]>([])

    var isWitnessed: Bool { true }

    func foreignWrite(to registers: Range<UInt16>, since: UInt64) -> ForeignWrite? {
        asked.withLock { $0.append((registers, since)) }
        return nil
    }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 { try inner.readDword(at: offset) }
    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        try inner.writeDword(value, at: offset)
    }
    func checkAvailable() throws(ConfigSpaceError) { try inner.checkAvailable() }
    func checkStillSame() throws(ConfigSpaceError) { try inner.checkStillSame() }
    func securityManager() -> Fact<String> { inner.securityManager() }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { inner.obstacleToLease(looksAtDevice: looksAtDevice) }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { inner.identity(of: mailbox) }
}
