import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import SPDMSocket
import Synchronization
import Testing

@testable import DOEMailbox
@testable import DOEPolicy

@Suite("A permit that is confirmed right before the first dword and right before GO")
struct ConfirmedPermitTests {
    private let bench = Bench()

    /// What a judge says of an object that no rule is for.
    private static let refusal = Withdrawal.judged(
        Judge(.denyAll(generation: 1)).decide(
            Inquiry(
                road: .proxy, mailbox: MailboxIdentity(name: .simulated("bench")), client: Client(), mode: .production,
                object: .compliance)))

    private func exchange(_ confirm: @escaping @Sendable () -> Withdrawal?) throws -> ExchangeResult {
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        return bench.mailbox.exchange(
            Permit(mailbox: bench.mailbox.name, request: .object(request), confirm: confirm))
    }

    @Test("holds: it was asked when nothing was written yet and when all but GO was, and the exchange goes on")
    func holds() throws {
        let writes = Mutex<[Int]>([])
        let function = bench.function
        let result = try exchange {
            writes.withLock { $0.append(function.counts.writes) }
            #expect(function.counts.goWrites == 0)
            return nil
        }
        #expect(result.response != nil)
        #expect(writes.withLock { $0 } == [0, 3])
    }

    @Test("does not hold at GO any more: no GO, but an abort, and the next exchange works")
    func withdrawnAtGo() throws {
        let function = bench.function
        let result = try exchange { function.counts.writes == 0 ? nil : Self.refusal }
        #expect(result.ending == .withdrawn(Self.refusal))
        #expect(result.dwordsWritten == 3 && result.abort == .worked)
        #expect(bench.function.counts.goWrites == 0 && bench.function.counts.abortWrites == 1)
        try bench.expectWorking()
    }

    @Test("does not hold at GO any more, and the abort fails: the next exchange begins with one")
    func withdrawnAndStuck() throws {
        let function = bench.function
        function.behaviour.abortFails = true
        let result = try exchange { function.counts.writes == 0 ? nil : Self.refusal }
        #expect(result.ending == .withdrawn(Self.refusal) && result.abort == .failed)
        function.behaviour = Behaviour()
        let next = try bench.exchange()
        #expect(next.response != nil && next.abort == .worked)
        #expect(function.counts.malformed == 0)
    }

    @Test("a function that is lent or put to sleep meanwhile gets no GO and no abort: it is not ours any more")
    func lentMeanwhile() throws {
        for turn: @Sendable (inout Behaviour) -> Void in [{ $0.isLent = true }, { $0.powerState = .d3hot }] {
            let bench = Bench()
            let function = bench.function
            let request = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
            let result = bench.mailbox.exchange(
                Permit(mailbox: bench.mailbox.name, request: .object(request)) {
                    turn(&function.behaviour)
                    return nil
                })
            #expect(result.failure?.status == .unavailable)
            #expect(result.dwordsWritten == 3 && result.abort == .none)
            #expect(function.counts.writes == 3)
            // What it holds is aborted when it is ours again.
            function.behaviour = Behaviour()
            let next = try bench.exchange()
            #expect(next.response != nil && next.abort == .worked)
            #expect(function.counts.malformed == 0)
        }
    }

    @Test("a function that sleeps before the first dword is not written to, although it was awake at the start")
    func asleepBeforeStart() throws {
        let function = SimulatedFunction.vendorFunction()
        let shared = SharedFunction(function) { look, shared in
            if look == 1 { shared.inner.behaviour.powerState = .d3hot }
        }
        let bench = Bench(function, through: shared)
        #expect(try bench.exchange().failure?.status == .unavailable)
        #expect(function.counts.writes == 0)
    }

    @Test("does not hold: not one dword is written, and the next exchange works")
    func withdrawn() throws {
        let result = try exchange { Self.refusal }
        #expect(result.ending == .withdrawn(Self.refusal))
        #expect(result.dwordsWritten == 0 && result.abort == .none)
        #expect(bench.function.counts.writes == 0)
        try bench.expectWorking()
    }

    @Test("is asked when the mailbox has become free, not before: waiting may take long")
    func afterWaiting() throws {
        bench.function.leaveError()
        let writes = Mutex(-1)
        let function = bench.function
        let result = try exchange {
            writes.withLock { $0 = function.counts.writes }
            return Self.refusal
        }
        // The abort that cleared the left-over error, and nothing of the request.
        #expect(writes.withLock { $0 } == 1)
        #expect(result.ending == .withdrawn(Self.refusal) && result.abort == .worked)
        #expect(bench.function.counts.writes == 1)
        try bench.expectWorking()
    }

    @Test("is not asked where the function is not ours")
    func notAvailable() throws {
        bench.function.behaviour.isLent = true
        let result = try exchange {
            Issue.record("it was asked")
            return nil
        }
        #expect(result.failure?.status == .unavailable)
    }

    @Test("that does not hold any more reaches no peer behind a socket either")
    func remote() throws {
        let address = try #require(SPDMSocketAddress("/nowhere/at/all"))
        let mailbox = RemoteMailbox(name: .remote("bench"), peer: SPDMPeer(at: address), obeying: .bench)
        let request = try DataObject(.compliance, payload: [0, 0, 0, 0])
        let result = mailbox.exchange(
            Permit(mailbox: mailbox.name, request: .object(request), confirm: { Self.refusal }))
        #expect(result.ending == .withdrawn(Self.refusal) && result.dwordsWritten == 0)
        #expect(mailbox.obstacleToLease(looksAtDevice: true) != nil)
        #expect(mailbox.obstacleToLease(looksAtDevice: false) != nil)
    }
}
