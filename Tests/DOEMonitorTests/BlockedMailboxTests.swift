import DOEAuditTrail
import DOELinux
import DOEMonitor
import DOEObjects
import DOERecord
import DOESimulator
import DOEWords
import TestSupport
import Testing

/// A worker whose mailbox blocks at one access.
private final class BlockedHouse: Sendable {
    let house: House
    let standIn: StandIn
    let worker: MailboxWorker
    let replies = BlockingQueue<Reply>()

    init(blockingAt access: Int) throws {
        house = try House(capacity: 1024)
        standIn = try StandIn(monitor: house.monitor)
        worker = try MailboxWorker(mailbox: house.mailbox, monitor: house.monitor, standIn: standIn)
        house.function.behaviour.accessesBeforeBlock = access
    }

    func submit(_ object: ObjectID = SimulatedFunction.vendorCounter, uid: UInt32 = 0) throws {
        let client = Client(via: .known(.unix), uid: .known(uid), groups: .known([]))
        let request = try DataObject(object, payload: [0, 0, 0, 0]).bytes
        worker.submit(.exchange(request), for: Requester(client, connection: 1)) { [replies] in
            _ = replies.push($0)
        }
    }

    /// A look so much later than now, microseconds.
    func look(after time: UInt64) -> UInt64? { worker.look(at: Clocks.monotonicMicroseconds + time) }

    func end() {
        worker.close()
        #expect(worker.join())
        standIn.close()
        standIn.join()
    }
}

@Suite("A mailbox whose thread the kernel does not let go")
struct BlockedMailboxTests {
    @Test(
        "its client is told, those behind it and those who come are refused, and the next one works",
        arguments: [0, 1, 2, 4, 5, 8])
    func blocked(access: Int) throws {
        let test = try BlockedHouse(blockingAt: access)
        try test.submit()
        test.house.function.waitUntilBlocked()
        try test.submit()
        try test.submit()
        // Not before its time.
        #expect(test.look(after: 1_000_000) != nil)
        #expect(test.worker.blockage == nil)

        #expect(test.look(after: 3_000_000) == nil)
        let told = try #require(test.replies.take())
        #expect(told.status == "blocked" && told.response == nil && told.sequence == nil && told.verdict == .warn)
        #expect(told.reason.contains("sim:bench is blocked since 20"))
        for _ in 0..<2 { try expectRefused(test.replies.take()) }
        try test.submit()
        try expectRefused(test.replies.take())
        // What the policy refuses is refused by the policy, and recorded as that.
        try test.submit(uid: 1000)
        let denied = try #require(test.replies.take())
        #expect(denied.rule == "default" && denied.status == "refused" && denied.sequence == 2)
        // That of the first, and the one that counts those who were refused as one was before.
        #expect(test.house.trail.status.open == 2)
        test.house.monitor.finishCounts()
        #expect(test.house.trail.status.open == 1)
        #expect(!test.worker.join())

        test.house.function.letGo()
        // The record is closed by its true outcome before the thread is free again.
        while test.worker.blockage != nil {}
        #expect(test.house.trail.status.open == 0 && test.house.trail.status.sequence == 4)
        try test.submit()
        let next = try #require(test.replies.take())
        // The first was carried out although nobody hears of it; those behind it never were.
        #expect(next.status == "done" && next.response?.payload.first == 2)
        #expect(test.house.function.counts.executed[SimulatedFunction.vendorCounter] == 2)
        #expect(test.house.monitor.counters.exchanges == 6)
        test.end()
    }

    private func expectRefused(_ reply: Reply?) throws {
        let reply = try #require(reply)
        #expect(reply.status == "refused" && reply.rule == "mailbox" && reply.verdict == .deny)
        #expect(reply.sequence != nil && reply.taint.isEmpty && reply.reason.contains("sim:bench is blocked since"))
    }

    @Test("a long queue is no blockage: the thread moves, and everybody has his turn")
    func queue() throws {
        let test = try BlockedHouse(blockingAt: -1)
        for _ in 0..<20 { try test.submit(.discovery) }
        while let next = test.look(after: 0) { #expect(next > Clocks.monotonicMicroseconds) }
        for _ in 0..<20 { #expect(test.replies.take()?.status == "done") }
        #expect(test.look(after: 60_000_000) == nil)
        test.end()
    }

    @Test("the record says how it ended, and that the client had been told otherwise")
    func record() throws {
        let test = try BlockedHouse(blockingAt: 6)
        let journald = FakeJournald(path: test.house.directory.path + "/nobody")
        try test.submit()
        test.house.function.waitUntilBlocked()
        _ = test.look(after: 3_000_000)
        #expect(test.replies.take()?.status == "blocked")
        test.house.function.letGo()
        while test.worker.blockage != nil {}
        test.end()
        let record = try Record(encoded: #require(journald.next()))
        #expect(record.event == .exchangeWarned && record[.responseBytes] == "12")
        #expect(record[.status] == "done" && record[.told] == "blocked")
        #expect(record.message.contains("told before that the mailbox was blocked"))
    }

    @Test("a task on its thread that stands still is refused once, may not go on, and holds up nobody after it")
    func task() throws {
        let test = try BlockedHouse(blockingAt: 0)
        let said = Lines()
        let client = Client(via: .known(.unix), uid: .known(0), groups: .known([]))
        let submitTask = {
            test.worker.perform(for: client) { mayGoOn in
                _ = try? test.house.function.readDword(at: 0)
                said.add("may go on: \(mayGoOn())")
            } refuse: {
                said.add("refused: \($0.because.prefix(20))")
            }
        }
        submitTask()
        test.house.function.waitUntilBlocked()
        #expect(test.look(after: 1_000_000) != nil && said.all.isEmpty)
        #expect(test.look(after: 3_000_000) == nil)
        // Who comes while it lasts is refused too, a task as an exchange.
        submitTask()
        try test.submit()
        try expectRefused(test.replies.take())
        #expect(said.all == Array(repeating: "refused: sim:bench is blocked", count: 2))
        test.house.function.letGo()
        while test.worker.blockage != nil {}
        #expect(said.all.last == "may go on: false")
        submitTask()
        try test.submit()
        #expect(test.replies.take()?.status == "done")
        #expect(said.all.last == "may go on: true" && said.all.count == 4)
        test.end()
    }

    @Test("an exchange may be told and let go at the same time: one answer, one record")
    func race() throws {
        let test = try BlockedHouse(blockingAt: 3)
        for _ in 0..<100 {
            test.house.function.behaviour.accessesBeforeBlock =
                test.house.function.counts.reads + test.house.function.counts.writes + 3
            try test.submit(.discovery)
            test.house.function.waitUntilBlocked()
            let looks = try WorkerThread(name: "looks") { _ = test.look(after: 3_000_000) }
            test.house.function.letGo()
            let reply = try #require(test.replies.take())
            #expect(["done", "blocked"].contains(reply.status))
            looks.join()
            while test.worker.blockage != nil {}
        }
        test.end()
        test.replies.close()
        #expect(test.replies.take() == nil)
        #expect(test.house.monitor.counters.exchanges == 100 && test.house.trail.status.open == 0)
    }
}
