import DOELinux
import DOEMailbox
import DOEObjects
import DOEPolicy
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

/// A mailbox that says which request has come, and keeps it until it is told to go on; each takes as many seconds of
/// a clock of its own as its first byte of payload says.
private final class SlowMailbox: Mailbox {
    let name = MailboxName.simulated("slow")
    let entered = BlockingQueue<UInt8>()
    let gate = BlockingQueue<Void>()
    let now = Mutex<UInt64>(0)

    func securityManager() -> Fact<String> { .none }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { nil }
    func identity() -> MailboxIdentity { MailboxIdentity(name: name) }

    func exchange(_ permit: consuming Permit) -> ExchangeResult {
        guard case .object(let request) = permit.request else {
            return ExchangeResult(.outOfBand([]), dwordsWritten: 0)
        }
        let payload = Array(request.payload)
        _ = entered.push(payload[1])
        _ = gate.take()
        now.withLock { $0 += UInt64(payload[0]) * 1_000_000 }
        return ExchangeResult(.response(request), dwordsWritten: request.dwordCount)
    }
}

@Suite("Turns at a mailbox's own thread")
struct MailboxTurnsTests {
    private let house: House
    private let mailbox = SlowMailbox()
    private let standIn: StandIn
    private let worker: MailboxWorker
    private let answered = BlockingQueue<Void>()

    init() throws {
        house = try House(capacity: 1024, rules: "allow object=10de:01\n")
        standIn = try StandIn(monitor: house.monitor)
        let mailbox = mailbox
        worker = try MailboxWorker(mailbox: mailbox, monitor: house.monitor, standIn: standIn) {
            mailbox.now.withLock { $0 }
        }
    }

    private func ask(_ mark: UInt8, uid: UInt32, login: UInt32? = nil, seconds: UInt8 = 1) throws {
        let client = Client(
            via: .known(.unix), uid: .known(uid), groups: .known([]), loginUID: login.map { .known($0) } ?? .none,
            unit: login.map { _ in .known("session-3.scope") } ?? .none)
        let request = try DataObject(ObjectID(vendor: 0x10de, type: 1), payload: [seconds, mark, 0, 0]).bytes
        worker.submit(.exchange(request), for: Requester(client, connection: UInt64(mark))) { [answered] reply in
            #expect(reply.status == "done" && reply.response != nil)
            _ = answered.push(())
        }
    }

    /// Lets all go on, and ends; the order in which they came to the mailbox.
    private func order(of count: Int) -> [UInt8] {
        mailbox.gate.close()
        for _ in 0..<count { _ = answered.take() }
        worker.close()
        #expect(worker.join())
        standIn.close()
        standIn.join()
        mailbox.entered.close()
        var marks: [UInt8] = []
        while let mark = mailbox.entered.take() { marks.append(mark) }
        return marks
    }

    @Test("twenty uids of one login wait behind root and behind another user, whoever came first")
    func manyNumbers() throws {
        try ask(0, uid: 100_000, login: 1000)
        let first = mailbox.entered.take()
        for number in 1...20 as ClosedRange<UInt8> { try ask(number, uid: 100_000 + UInt32(number), login: 1000) }
        try ask(100, uid: 2000)
        try ask(101, uid: 0)
        let rest = order(of: 23)
        #expect(first == 0 && rest == [101, 100] + Array(1...20))
    }

    @Test("who has just had the device for a minute comes after who has had it for a few seconds")
    func deviceTime() throws {
        try ask(0, uid: 1000, seconds: 60)
        let first = mailbox.entered.take()
        for number in 1...2 as ClosedRange<UInt8> { try ask(number, uid: 1000, seconds: 60) }
        for number in 11...15 as ClosedRange<UInt8> { try ask(number, uid: 2000, seconds: 1) }
        let rest = order(of: 8)
        #expect(first == 0 && rest == [11, 12, 13, 14, 15, 1, 2])
    }
}
