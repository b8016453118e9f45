import DOELinux
import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEPolicy

@Suite("A mailbox driven through its registers")
struct RegisterMailboxTests {
    @Test("gives the handler's answer to random requests, one after the other")
    func randomRequests() throws {
        let bench = Bench()
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let payload = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            let result = try bench.exchange(payload: payload)
            #expect(result.response == (try DataObject(SimulatedFunction.vendorEcho, payload: payload)))
            #expect(result.abort == .none)
            #expect(result.dwordsWritten == 2 + (payload.count + 3) / 4)
        }
        #expect(bench.clock.waits.isEmpty)
        #expect(bench.function.counts.executed == [SimulatedFunction.vendorEcho: 200])
        #expect(bench.function.counts.abortWrites == 0)
    }

    @Test("carries the longest object there can be, both ways")
    func longest() throws {
        let payload = (0..<(1 << 20) - 8).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
        let result = try Bench().exchange(payload: payload)
        #expect(result.response?.payload.elementsEqual(payload) == true)
        #expect(result.dwordsWritten == 1 << 18)
    }

    @Test("gives every one of many threads its own answer")
    func threads() throws {
        let bench = Bench { $0.looksBeforeReady = 2 }
        let wrong = Mutex(0)
        let threads = try (0..<4).map { thread in
            try WorkerThread(name: "exchange") {
                for index in 0..<100 {
                    let payload: [UInt8] = [UInt8(thread), UInt8(index), 0, 1]
                    let response = (try? bench.exchange(payload: payload))?.response
                    if response?.payload.elementsEqual(payload) != true { wrong.withLock { $0 += 1 } }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(wrong.withLock { $0 } == 0)
        #expect(bench.function.counts.goWrites == 400)
    }

    @Test("clears a response that nobody reads, but not before its owner had time to come for it")
    func abandonedResponse() throws {
        let bench = Bench()
        bench.function.leaveResponse(try DataObject(.discovery, payload: [1, 0, 0, 0]))
        #expect(try bench.exchange(payload: [1]).failure?.status == .occupied)
        bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter / 2)
        #expect(try bench.exchange(payload: [1]).failure?.status == .occupied)
        #expect(bench.function.counts.abortWrites == 0)
        bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter / 2)
        let result = try bench.exchange(payload: [1])
        #expect(result.response != nil)
        #expect(result.abort == .worked)
    }

    @Test("leaves a mailbox alone in which each look finds another response: somebody is at work there")
    func busyNeighbour() throws {
        let bench = Bench()
        for index in 0..<4 {
            bench.function.leaveResponse(try DataObject(ObjectID(vendor: 0x10de, type: UInt8(index)), payload: []))
            #expect(try bench.exchange(payload: [1]).failure?.status == .occupied)
            bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
        }
        #expect(bench.function.counts.abortWrites == 0)
    }

    @Test("works on the kernel's clock")
    func kernelClock() throws {
        let function = SimulatedFunction.vendorFunction()
        function.behaviour.looksBeforeReady = 6
        let mailbox = RegisterMailbox(
            name: .simulated("vendor"), function: function, capability: SimulatedFunction.mailboxOffset,
            obeying: .bench)
        let request = try DataObject(SimulatedFunction.vendorCounter, payload: [])
        let result = mailbox.exchange(Permit(mailbox: mailbox.name, request: .object(request)))
        #expect(result.response?.dword(2) == 1)
        #expect(mailbox.identity() == function.identity(of: .simulated("vendor")))
    }

    @Test("does not touch a function for a permit that is for another mailbox")
    func wrongPermit() throws {
        let bench = Bench()
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: [])
        let result = bench.mailbox.exchange(Permit(mailbox: .simulated("other"), request: .object(request)))
        #expect(result.failure?.status == .unavailable)
        #expect(bench.function.counts == SimulatorCounts())
    }

    @Test("does not touch a function that sleeps")
    func asleep() throws {
        let bench = Bench { $0.powerState = .d3hot }
        #expect(try bench.exchange().failure?.status == .unavailable)
        #expect(bench.function.counts == SimulatorCounts())
    }

    @Test("does not touch a function that is lent to a guest")
    func lent() throws {
        let bench = Bench { $0.isLent = true }
        #expect(try bench.exchange().failure?.status == .unavailable)
        #expect(throws: ConfigSpaceError.self) { try bench.mailbox.abort() }
        #expect(bench.function.counts == SimulatorCounts())
    }

    @Test("does not ask another device that stands in the place of the one that was opened")
    func swapped() throws {
        let bench = Bench { $0.isSwapped = true }
        #expect(try bench.exchange().failure?.status == .gone)
        #expect(bench.function.counts.writes == 0)
    }

    @Test("does not hand over the answer of another device that came to the place of the one that was asked")
    func swappedAfterGo() throws {
        let bench = Bench { $0.isSwappedAfterGo = true }
        let result = try bench.exchange()
        #expect(result.response == nil)
        #expect(result.failure?.status == .gone)
        #expect(result.dwordsWritten == 3)
    }

    @Test("leaves a busy mailbox alone")
    func busy() throws {
        let bench = Bench { $0.isBusyForEver = true }
        let result = try bench.exchange()
        #expect(result.failure?.status == .occupied)
        #expect(result.abort == .none)
        #expect(bench.function.counts.writes == 0)
    }

    @Test("leaves somebody's unread response alone")
    func unasked() throws {
        let bench = Bench()
        bench.function.leaveResponse(try DataObject(.tableAccess, payload: [1, 2, 3, 4]))
        let result = try bench.exchange()
        #expect(result.failure?.status == .occupied)
        #expect(result.failure?.problem.contains("1e98:02") == true)
        #expect(bench.function.counts.writes == 0)
    }

    @Test("frees a mailbox that a killed daemon left open")
    func abortsLeftOver() throws {
        let bench = Bench()
        bench.function.leaveResponse(try DataObject(.tableAccess, payload: [1, 2, 3, 4]))
        #expect(try bench.mailbox.abort() == .worked)
        try bench.expectWorking()
        bench.function.behaviour.abortFails = true
        #expect(try bench.mailbox.abort() == .failed)
    }

    @Test("clears a left-over error and goes on")
    func leftOverError() throws {
        let bench = Bench()
        bench.function.leaveError()
        let result = try bench.exchange()
        #expect(result.response != nil)
        #expect(result.abort == .worked)
    }

    @Test("ends as occupied when a left-over error stays")
    func lastingError() throws {
        let bench = Bench { $0.abortFails = true }
        bench.function.leaveError()
        let result = try bench.exchange()
        #expect(result.failure?.status == .occupied)
        #expect(result.abort == .failed)
        #expect(result.dwordsWritten == 0)
        #expect(bench.function.counts.requestDwords == 0)
    }

    @Test("does not GO when the device reports an error while the request is written")
    func failsWhileWritten() throws {
        let bench = Bench { $0.failsWhileWritten = true }
        let result = try bench.exchange()
        #expect(result.failure?.status == .deviceError)
        #expect(result.abort == .worked)
        #expect(bench.function.counts.goWrites == 0)
    }

    @Test("aborts when the device reports an error at GO")
    func failsAtGo() throws {
        let bench = Bench { $0.failsAtGo = true }
        let result = try bench.exchange()
        #expect(result.failure?.status == .deviceError)
        #expect(result.abort == .worked)
        bench.function.behaviour = Behaviour()
        try bench.expectWorking()
    }

    @Test("ends an object that the device drops in silence after a second, with an abort")
    func dropped() throws {
        let bench = Bench()
        let result = try bench.exchange(.tableAccess)
        #expect(result.failure?.status == .timeout)
        #expect(result.abort == .worked)
        #expect((990_000...1_000_000).contains(bench.clock.slept - MailboxTiming.abortPause))
        #expect(bench.function.counts.dropped == [.tableAccess: 1])
        try bench.expectWorking()
    }

    @Test("says when the abort did not work, after another second")
    func failedAbort() throws {
        let bench = Bench {
            $0.neverReady = true
            $0.abortFails = true
        }
        let result = try bench.exchange()
        #expect(result.failure?.status == .timeout)
        #expect(result.abort == .failed)
        #expect((1_990_000...2_000_000).contains(bench.clock.slept))
    }

    @Test("waits for a slow device", arguments: [1, 4, 20, 100])
    func slow(looks: Int) throws {
        let bench = Bench {
            $0.looksBeforeReady = looks
            $0.isBusyWhileWorking = true
        }
        #expect(try bench.exchange().response != nil)
        try bench.expectWorking()
    }

    @Test("tells a function whose status cannot be read for a while from one that has gone")
    func slowWithAllOnes() throws {
        let bench = Bench { $0.allOnesLooks = 30 }
        #expect(try bench.exchange().response != nil)
    }

    @Test("ends as gone, with bounded waits, wherever the function disappears")
    func goneAnywhere() throws {
        let whole = Bench()
        _ = try whole.exchange(payload: Array(repeating: 5, count: 400))
        let accesses = whole.function.counts.reads + whole.function.counts.writes
        for limit in 0..<accesses {
            let bench = Bench { $0.accessesBeforeGone = limit }
            let result = try bench.exchange(payload: Array(repeating: 5, count: 400))
            #expect(result.failure?.status == .gone, "after \(limit) accesses")
            #expect(bench.clock.slept == 0)
        }
        let bench = Bench { $0.accessesBeforeGone = accesses }
        #expect(try bench.exchange(payload: Array(repeating: 5, count: 400)).response != nil)
    }

    @Test("says how much was written when the kernel refuses", arguments: [0, 1, 2, 3])
    func refused(writes: Int) throws {
        let bench = Bench { $0.writesBeforeRefusal = writes }
        let result = try bench.exchange()
        #expect(result.failure?.status == .refusedByKernel)
        #expect(result.dwordsWritten == writes)
        #expect(result.abort == (writes == 0 ? .none : .failed))
    }
}
