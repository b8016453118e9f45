import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Testing

@testable import DOEPolicy

/// Whatever an exchange leaves in the device, the next one must not be glued to it.
@Suite("What an exchange leaves behind")
struct LeftBehindTests {
    @Test(
        "is aborted before the next request where the kernel refused the rest and the abort too", arguments: [1, 2, 3])
    func refusedMidway(writes: Int) throws {
        let bench = Bench { $0.writesBeforeRefusal = writes }
        #expect(try bench.exchange().abort == .failed)
        bench.function.behaviour = Behaviour()
        let result = try bench.exchange(payload: [5, 6, 7, 8])
        #expect(result.response?.payload.elementsEqual([5, 6, 7, 8]) == true)
        #expect(result.abort == .worked)
        #expect(bench.function.counts.malformed == 0)
        try bench.expectWorking()
    }

    @Test("is aborted before the next request wherever the function was away for a while")
    func awayForAWhile() throws {
        let whole = Bench()
        _ = try whole.exchange()
        for limit in 0..<(whole.function.counts.reads + whole.function.counts.writes) {
            let bench = Bench { $0.accessesBeforeGone = limit }
            #expect(try bench.exchange().failure?.status == .gone)
            bench.function.behaviour = Behaviour()
            let result = try bench.exchange(payload: [5, 6, 7, 8])
            #expect(result.response?.payload.elementsEqual([5, 6, 7, 8]) == true, "after \(limit) accesses")
            #expect(bench.function.counts.malformed == 0, "after \(limit) accesses")
            try bench.expectWorking()
        }
    }

    @Test("keeps every next request out while an abort does not clear it")
    func lastingMess() throws {
        let bench = Bench { $0.writesBeforeRefusal = 2 }
        _ = try bench.exchange()
        for _ in 0..<3 {
            let result = try bench.exchange()
            #expect(result.failure?.status == .occupied)
            #expect(result.abort == .failed)
            #expect(result.dwordsWritten == 0)
        }
        #expect(bench.function.counts.requestDwords == 2)
        bench.function.behaviour = Behaviour()
        #expect(try bench.exchange().response != nil)
        #expect(bench.function.counts.malformed == 0)
    }

    @Test("by a killed daemon is aborted later where it could not be at the start")
    func killedDaemon() throws {
        let bench = Bench { $0.isLent = true }
        try bench.function.writeDword(0x0001_10de, at: SimulatedFunction.mailboxOffset + 0x10)
        #expect(throws: ConfigSpaceError.self) { try bench.mailbox.abort() }
        bench.function.behaviour = Behaviour()
        #expect(try bench.exchange().response != nil)
        #expect(bench.function.counts.malformed == 0)
        try bench.expectWorking()
    }
}

@Suite("Somebody else in the mailbox")
struct SomebodyElseTests {
    private let ready = try? DataObject(.tableAccess, payload: [1, 2, 3, 4])

    @Test("who was met twice, hours apart, has left nothing behind: what still changes is not aborted")
    func metTwice() throws {
        let response = try #require(ready)
        let function = SimulatedFunction.vendorFunction()
        // Two looks find a response of the same kind; after the second it is read, as it is by whoever asked for it.
        let shared = SharedFunction(function) { look, shared in
            guard look > 5 else { return }
            for _ in 0..<response.dwordCount {
                try? shared.inner.writeDword(0, at: SimulatedFunction.mailboxOffset + 0x14)
            }
        }
        let bench = Bench(function, through: shared)
        function.leaveResponse(response)
        #expect(try bench.exchange().failure?.status == .occupied)
        bench.clock.sleep(microseconds: 3_600_000_000)
        #expect(try bench.exchange().failure?.status == .occupied)
        #expect(function.counts.abortWrites == 0)
    }

    @Test("who makes the mailbox busy for a moment is waited for")
    func busyForAMoment() throws {
        let function = SimulatedFunction.vendorFunction()
        function.behaviour.isBusyForEver = true
        let shared = SharedFunction(function) { look, shared in
            if look == 20 { shared.inner.behaviour.isBusyForEver = false }
        }
        let bench = Bench(function, through: shared)
        let result = try bench.exchange()
        #expect(result.response != nil)
        #expect(result.abort == .none)
        #expect(bench.clock.slept < MailboxTiming.responseLimit)
    }

    @Test("costs one abort an exchange where an error stays for ever")
    func oneAbort() throws {
        let bench = Bench { $0.abortFails = true }
        bench.function.leaveError()
        for _ in 0..<3 {
            let before = bench.function.counts.abortWrites
            #expect(try bench.exchange().failure?.status == .occupied)
            #expect(bench.function.counts.abortWrites - before <= 1)
            bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
        }
    }

    @Test("and a function that goes away while that is aborted is told as gone")
    func goneWhileAborted() throws {
        var endings: Set<ExchangeResult.Abort> = []
        // Longer than the two seconds' looks and the abort take.
        for accesses in stride(from: 0, to: 500, by: 5) {
            let bench = Bench { $0.isReadyForEver = true }
            _ = try bench.exchange()
            bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
            let before = bench.function.counts
            bench.function.behaviour.accessesBeforeGone = before.reads + before.writes + accesses
            let result = try bench.exchange()
            endings.insert(result.abort)
            #expect(result.abort != .gone || result.failure?.status == .gone, "after \(accesses) accesses")
            #expect(result.dwordsWritten == 0)
        }
        #expect(endings == [.none, .gone, .failed])
    }

    @Test("and an abort of what nobody came for is told also where it did not work")
    func failedAbandonment() throws {
        let bench = Bench { $0.isReadyForEver = true }
        #expect(try bench.exchange().abort == .none)
        bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
        let result = try bench.exchange()
        #expect(result.failure?.status == .occupied)
        #expect(bench.function.counts.abortWrites == 1)
        #expect(result.abort == .failed)
        #expect(result.dwordsWritten == 0)
    }
}

@Suite("A device on which each access takes 20 ms")
struct SlowAccessTests {
    private let step: UInt64 = 20_000

    private func exchange(payload: [UInt8], _ turn: (inout Behaviour) -> Void) throws -> (Bench, UInt64) {
        var behaviour = Behaviour()
        turn(&behaviour)
        let clock = MockClock(step: step)
        let bench = Bench(SimulatedFunction.vendorFunction(behaviour: behaviour), clock: clock)
        let start = clock.now
        let result = try bench.exchange(payload: payload)
        #expect(result.failure?.status == .timeout)
        #expect(result.abort == .worked)
        bench.function.behaviour = Behaviour()
        try bench.expectWorking()
        return (bench, clock.now - start)
    }

    @Test("is not written to for hours: the longest request ends in an abort, without GO")
    func writing() throws {
        let (bench, took) = try exchange(payload: Array(repeating: 1, count: (1 << 20) - 8)) { _ in }
        #expect(bench.function.counts.goWrites == 1, "the one is expectWorking's")
        #expect(took < 20_000_000)
    }

    @Test("is not read for hours: the longest response ends in an abort")
    func reading() throws {
        let (_, took) = try exchange(payload: [1, 2, 3, 4]) {
            $0.announcedLength = 0
            $0.neverEnds = true
        }
        #expect(took < 20_000_000)
    }

    @Test("answers a short request all the same")
    func short() throws {
        #expect(try Bench(SimulatedFunction.vendorFunction(), clock: MockClock(step: step)).exchange().response != nil)
    }
}
