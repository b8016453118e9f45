import DOELinux
import DOETrace
import DOEWords
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEBroker

@Suite("The witness' arms, from one daemon to the next")
struct HandoverTests {
    private let folder = TemporaryDirectory()
    private let arms = MadeUpArms()
    private let errands: BrokerErrands

    /// One daemon's connection, from its beginning to its end.
    private struct Service {
        let client: BrokerClient
        let thread: WorkerThread

        init(_ errands: BrokerErrands) throws {
            let (ours, its) = try MessageSocket.pair()
            let runner = try BrokerRunner(
                socket: its, service: BrokerService(leave: []), errands: errands, say: { _ in })
            client = try BrokerClient(socket: ours)
            thread = try WorkerThread(name: "test-broker") { try? runner.run() }
        }

        func end() {
            client.close()
            thread.join()
        }
    }

    init() throws {
        let host = PCIHost(sysfsRoot: folder.path)
        errands = try BrokerErrands(host: host, armory: Self.armory(host, arms, keepsArms: true))
    }

    private static func armory(_ host: PCIHost, _ arms: MadeUpArms, keepsArms: Bool) -> BrokerArmory {
        BrokerArmory(host: host, keepsArms: keepsArms) { () throws(Obstacle) in
            arms.made.withLock { $0 += 1 }
            return arms
        }
    }

    private func functions(_ addresses: String...) throws -> [WatchedFunction] {
        try addresses.map { WatchedFunction(address: try #require(FunctionAddress($0)), mailboxes: []) }
    }

    private var made: Int { arms.made.withLock { $0 } }

    @Test("the next daemon gets what the one before has left in order: the same arms, and no gap")
    func inOrder() throws {
        try folder.add("0000:0d:00.0", hasMailbox: true)
        let watched = try functions("0000:0d:00.0")
        let first = try Service(errands)
        let armed = try first.client.arm(watched)
        #expect(armed.report.handover == nil)
        try armed.arms.leave()
        first.end()
        let second = try Service(errands)
        let taken = try second.client.arm(watched)
        #expect(taken.report.handover?.isWhole == true && taken.report.watched == armed.report.watched)
        #expect(made == 1 && !arms.orders.contains("disarm"))
        #expect(arms.orders.filter { $0 == "keep" || $0 == "hand over" } == ["keep", "hand over"])
        // They are its own now.
        _ = try taken.arms.check()
        #expect(arms.orders.last == "check")
        second.end()
    }

    @Test("of a daemon that was killed the next one is told since when it has gone")
    func killed() throws {
        let first = try Service(errands)
        _ = try first.client.arm([])
        let before = Clocks.monotonicNanoseconds
        first.end()
        let after = Clocks.monotonicNanoseconds
        let second = try Service(errands)
        let handover = try #require(try second.client.arm([]).report.handover)
        #expect(!handover.isOrderly && (before...after).contains(handover.since) && made == 1)
        second.end()
    }

    @Test("what comes to be watched now, or was let go before, nobody watched meanwhile")
    func wider() throws {
        try folder.add("0000:0d:00.0", hasMailbox: true)
        try folder.add("0000:0e:00.0", hasMailbox: true)
        let both = try functions("0000:0d:00.0", "0000:0e:00.0")
        let first = try Service(errands)
        let armed = try first.client.arm(both)
        // A daemon that was taken over looks away at its end.
        _ = try armed.arms.watch(Array(both.prefix(1)))
        try armed.arms.leave()
        first.end()
        let second = try Service(errands)
        let taken = try second.client.arm(both)
        #expect(taken.report.handover?.isOrderly == true && taken.report.handover?.isWhole == false)
        #expect(taken.report.watched.count == 2)
        try taken.arms.leave()
        second.end()
        let third = try Service(errands)
        #expect(try third.client.arm(Array(both.prefix(1))).report.handover?.isWhole == true)
        third.end()
    }

    @Test("before it has taken them over nothing is to be had of them, and nothing can be done to them")
    func stranger() throws {
        let first = try Service(errands)
        try first.client.arm([]).arms.leave()
        first.end()
        let second = try Service(errands)
        let bridge = try #require(FunctionAddress("0000:00:00.0"))
        let orders = arms.orders
        for request: ArmsRequest in [.watch, .check, .beginCanary(bridge, thread: 1), .files(0)] {
            guard case .no(let error) = try second.client.ask(.arms(request), withinMicroseconds: 5_000_000) else {
                Issue.record("\(request) of what is another's")
                continue
            }
            #expect(error.problem == "nothing is armed")
        }
        for request: ArmsRequest in [.endCanary, .disarm, .leave] {
            _ = try second.client.ask(.arms(request), withinMicroseconds: 5_000_000)
        }
        #expect(arms.orders == orders)
        #expect(try second.client.arm([]).report.handover?.isWhole == true)
        second.end()
    }

    @Test("an order that an earlier daemon gave, and that is done late, is not done")
    func late() throws {
        let armory = Self.armory(PCIHost(sysfsRoot: folder.path), arms, keepsArms: true)
        let first = armory.beginService()
        _ = try armory.answer(.arm, to: first)
        armory.endService(of: first)
        let second = armory.beginService()
        _ = try armory.answer(.arm, to: second)
        let orders = arms.orders
        for request: ArmsRequest in [.disarm, .leave, .watch, .arm, .endCanary, .functions([], areFirst: true)] {
            let error = #expect(throws: BrokerError.self) { try armory.answer(request, to: first) }
            #expect(error?.problem == "another daemon is served by now")
        }
        #expect(arms.orders == orders)
        _ = try armory.answer(.check, to: second)
    }

    @Test("what somebody took away meanwhile is armed anew; so is what a daemon asks for that has lost its sight")
    func torn() throws {
        let first = try Service(errands)
        try first.client.arm([]).arms.leave()
        first.end()
        arms.tear()
        let second = try Service(errands)
        #expect(try second.client.arm([]).report.handover == nil && made == 2)
        #expect(try second.client.arm([]).report.handover == nil && made == 3)
        second.end()
    }

    @Test("a broker that ends with its daemon takes all away when that leaves")
    func ending() throws {
        let host = PCIHost(sysfsRoot: folder.path)
        let service = try Service(BrokerErrands(host: host, armory: Self.armory(host, arms, keepsArms: false)))
        try service.client.arm([]).arms.leave()
        #expect(arms.orders.last == "disarm")
        service.end()
    }

    @Test("a broker that ends for good takes away what it keeps, whose ever it is, and arms no more")
    func goodBye() throws {
        let first = try Service(errands)
        let armed = try first.client.arm([])
        try errands.end()
        #expect(arms.orders.last == "disarm")
        let refused = #expect(throws: Obstacle.self) { try armed.arms.check() }
        #expect(refused?.problem == "another daemon is served by now")
        #expect(throws: Obstacle.self) { try first.client.arm([]) }
        first.end()
        #expect(made == 1 && arms.orders.last == "disarm")
    }

    @Test("what the kernel does not give up yet it says, and tries again when it is told to end again")
    func goodByeTwice() throws {
        let first = try Service(errands)
        _ = try first.client.arm([])
        arms.hold(true)
        let error = #expect(throws: Obstacle.self) { try errands.end() }
        #expect(error?.problem == "somebody reads its buffers")
        #expect(throws: Obstacle.self) { try errands.end() }
        arms.hold(false)
        first.end()
        try errands.end()
        try errands.end()
        #expect(arms.orders.filter { $0 == "disarm" }.count == 3)
    }

    @Test("so it does with what a daemon has left for the next one")
    func nobodyComes() throws {
        let first = try Service(errands)
        try first.client.arm([]).arms.leave()
        first.end()
        try errands.end()
        #expect(arms.orders.suffix(2) == ["keep", "disarm"])
    }
}
