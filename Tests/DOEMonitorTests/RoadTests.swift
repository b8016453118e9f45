import DOEAuditTrail
import DOEMonitor
import DOEObjects
import DOESimulator
import DOETaint
import DOEWords
import TestSupport
import Testing

@Suite("The road, once and in order")
struct RoadTests {
    @Test("an allowed exchange brings the response, one record and no taint")
    func allowed() throws {
        let house = try House(.cxlMemoryExpander())
        let reply = try house.ask(.discovery)
        #expect(reply.response?.object == .discovery)
        #expect(reply.verdict == .allow && reply.status == "done" && reply.rule == "50-test.rules:3")
        #expect(reply.sequence == 1)
        #expect(reply.taint.isEmpty && house.ledger.snapshot.hostLetters.isEmpty)
        #expect(house.trail.status.unconfirmed == 1 && house.trail.status.open == 0)
        #expect(house.kernelLines.all.isEmpty)
    }

    @Test("a warned exchange passes, taints, and is announced in the kernel log before it is sent")
    func warned() throws {
        let name = try #require(MailboxName("0000:0d:00.0@190"))
        let house = try House(name: name)
        let function = house.function
        house.atNextKernelLine.set { #expect(function.counts.writes == 0) }
        let reply = try house.ask(SimulatedFunction.vendorEcho, [1, 2, 3, 4])
        #expect(reply.response?.payload.elementsEqual([1, 2, 3, 4]) == true)
        #expect(reply.verdict == .warn && reply.taint == .vendor)
        #expect(house.ledger.snapshot.hostLetters == .vendor)
        let line = try #require(house.kernelLines.all.first)
        #expect(line.contains("10de:01") && line.contains("uid 0") && line.contains("0000:0d:00.0@190"))
    }

    @Test("an exchange with a simulated function is nothing for the kernel log")
    func simulatedIsQuiet() throws {
        let house = try House()
        #expect(try house.ask(SimulatedFunction.vendorEcho).status == "done")
        #expect(house.kernelLines.all.isEmpty)
    }

    @Test("a refusal touches nothing and is on record")
    func refused() throws {
        let house = try House()
        let reply = try house.ask(SimulatedFunction.vendorEcho, uid: 1000)
        #expect(reply.response == nil && reply.verdict == .deny && reply.status == "refused")
        #expect(reply.rule == "default" && reply.sequence == 1)
        #expect(house.function.counts.writes == 0)
        #expect(house.kernelLines.all.isEmpty)
    }

    @Test("compliance is refused to whoever asks, whatever rules say, and nothing is written")
    func compliance() throws {
        let house = try House(.cxlMemoryExpander())
        for uid: UInt32 in [0, 1000, 4242] {
            let reply = try house.ask(.compliance, uid: uid)
            #expect(reply.rule == "gatekeeper" && reply.taint == .complianceAttempted && reply.response == nil)
        }
        let hidden = try DataObject(
            SimulatedFunction.vendorEcho, payload: [1, 1, 1, 1] + DataObject(.compliance, payload: [0]).bytes)
        #expect(house.ask(bytes: hidden.bytes, uid: 4242).rule == "gatekeeper")
        #expect(house.function.counts.writes == 0)
        #expect(house.ledger.snapshot.hostLetters == .complianceAttempted)
    }

    @Test("bytes that are no object name none, whatever they begin with")
    func nameless() throws {
        let house = try House()
        let client = Client(via: .known(.unix), uid: .known(0))
        // An MCTP message, and what would be a header of 1e98:00.
        for bytes: [UInt8] in [[0x05, 0x10, 0x84, 0, 0], [0x98, 0x1e, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]] {
            let reply = house.monitor.exchange(
                .malformed(bytes, problem: "another transport"), with: house.mailbox,
                for: Requester(client, connection: 1))
            #expect(reply.object == nil && reply.objectClass == .malformed && reply.taint == .malformed)
        }
    }

    @Test(
        "what is no object is refused and recorded as malformed",
        arguments: [
            [], [1], [1, 0, 0], [1, 0, 0, 0], Array(repeating: 0, count: 8), [1, 0, 0, 0, 1, 0, 0, 0],
            [1, 0, 0, 0, 3, 0, 0, 0], [1, 0, 0, 0, 2, 0, 0, 0, 0], [1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func malformed(_ bytes: [UInt8]) throws {
        let house = try House()
        let reply = house.ask(bytes: bytes)
        #expect(reply.objectClass == .malformed && reply.verdict == .deny && reply.taint == .malformed)
        #expect(reply.sequence == 1 && reply.reason.contains("malformed"))
        #expect(house.function.counts.writes == 0)
    }

    @Test("a device that does not answer costs one exchange, taints A, and the next one works")
    func timeout() throws {
        let house = try House()
        var behaviour = house.function.behaviour
        behaviour.failsAtGo = true
        house.function.behaviour = behaviour
        let reply = try house.ask(SimulatedFunction.vendorEcho)
        #expect(reply.response == nil && reply.status == "device-error" && reply.verdict == .warn)
        #expect(reply.taint == [.vendor, .abort])
        behaviour.failsAtGo = false
        house.function.behaviour = behaviour
        #expect(try house.ask(SimulatedFunction.vendorEcho).status == "done")
    }

    @Test("a taint that cannot be kept refuses what would be sent, is on record, and is told")
    func ledgerBroken() throws {
        let house = try House()
        try house.breakLedger()
        let reply = try house.ask(SimulatedFunction.vendorEcho)
        #expect(reply.verdict == .deny && reply.rule == "ledger" && reply.response == nil && reply.sequence != nil)
        #expect(house.function.counts.writes == 0)
        #expect(house.ledger.owed == [] && house.ledger.trouble?.contains("ledger cannot be kept") == true)
        #expect(try house.ask(.discovery).status == "done")
    }

    @Test("a full ring refuses what would be sent, and nothing is sent")
    func ringFull() throws {
        let house = try House(.cxlMemoryExpander(), capacity: 8)
        var replies: [Reply] = []
        for _ in 0..<12 { replies.append(try house.ask(.discovery)) }
        let done = replies.filter { $0.status == "done" }
        #expect(!done.isEmpty && done.count < 12)
        #expect(house.function.counts.goWrites == done.count)
        let last = try #require(replies.last)
        #expect(last.sequence == nil && last.rule == "trail" && last.verdict == .deny && last.response == nil)
        #expect(last.reason.contains("ring"))
        #expect(house.monitor.counters.unrecorded == UInt64(12 - done.count))
    }

    @Test("numbers have no holes, from however many threads exchanges come")
    func numbers() throws {
        let house = try House(.cxlMemoryExpander(), capacity: 1024)
        let workers = try (0..<4).map { _ in
            try MailboxWorker(mailbox: house.mailbox, monitor: house.monitor, standIn: StandIn(monitor: house.monitor))
        }
        let sequences = Lines()
        let client = Client(via: .known(.unix), uid: .known(0), groups: .known([]))
        let request = try DataObject(.discovery, payload: [0, 0, 0, 0]).bytes
        for index in 0..<200 {
            workers[index % 4].submit(.exchange(request), for: Requester(client, connection: UInt64(index))) {
                sequences.add("\($0.sequence ?? 0)")
            }
        }
        for worker in workers { worker.close() }
        for worker in workers { #expect(worker.join()) }
        #expect(Set(sequences.all.compactMap { UInt64($0) }) == Set(1...200))
    }
}
