import DOEAuditTrail
import DOEMailbox
import DOEObjects
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@testable import DOEMonitor

/// Refusals that repeat what is on record are counted in one record. Journald is not there, so the ring shows them
/// all.
@Suite("Refusals, counted")
struct CountedPassagesTests {
    /// How many requests a record stands for.
    private func count(_ record: Record) -> Int { record[.count].flatMap { Int($0) } ?? 1 }

    private func records(of house: House) throws -> (open: [Record], closed: [Record]) {
        let reading = try RingReader.read(stateDirectory: house.directory.path)
        return (reading.open, reading.closed)
    }

    private static let vendor = SimulatedFunction.vendorEcho

    @Test("a flood of one user is the first record and one that counts, and nobody else's records are missing")
    func flood() throws {
        let house = try House(capacity: 256)
        for round in 0..<2_000 {
            #expect(try house.ask(Self.vendor, uid: 1000).rule == "default")
            // Each of another one's refusals is another, and all of them are there.
            if round % 200 == 0 {
                #expect(try house.ask(ObjectID(vendor: 0x10de, type: UInt8(round / 200)), uid: 1001).sequence != nil)
            }
        }
        let counting = try records(of: house)
        #expect(counting.open.map(count) == [1_999])
        house.monitor.finishCounts()
        let (open, closed) = try records(of: house)
        #expect(open.isEmpty)
        let mine = closed.filter { $0[.clientUID] == "1000" }
        #expect(mine.map(count) == [1, 1_999])
        #expect(mine.allSatisfy { $0.event == .exchangeRefused && $0.verdict == .deny && $0[.rule] == "default" })
        #expect(mine.last?.message.hasPrefix("1999 more within ") == true)
        #expect(mine.last?[.clientPID] == nil && mine.last?[.requestDigest] == nil)
        #expect(closed.filter { $0[.clientUID] == "1001" }.count == 10)
        #expect(house.monitor.counters.exchanges == 2_010 && house.monitor.counters.refused == 2_010)
        #expect(house.monitor.counters.unrecorded == 0)
    }

    @Test("who asks is told the record of the first one, which stands for those that are counted")
    func told() throws {
        let house = try House()
        let first = try house.ask(Self.vendor, uid: 1000)
        let second = try house.ask(Self.vendor, uid: 1000)
        #expect(first.sequence == 1 && second.sequence == 1)
        #expect(second.rule == first.rule && second.reason == first.reason && second.status == "refused")
    }

    @Test("what differs is recorded by itself: object, mailbox, rule, program, and what is asked for inside")
    func kinds() throws {
        let house = try House(capacity: 256)
        var sequences: Set<UInt64?> = []
        func ask(_ bytes: [UInt8], exe: String = "/usr/bin/a") {
            let client = Client(
                via: .known(.unix), pid: .known(.random(in: 1...9999)), uid: .known(1000), groups: .known([]),
                exe: .known(exe), unit: .none)
            let requester = Requester(client, connection: 1)
            sequences.insert(house.monitor.exchange(.exchange(bytes), with: house.mailbox, for: requester).sequence)
        }
        for _ in 0..<3 {
            ask(try DataObject(Self.vendor, payload: [0, 0, 0, 0]).bytes)
            ask(try DataObject(Self.vendor, payload: [1, 1, 1, 1]).bytes)
            ask(try DataObject(Self.vendor, payload: [0, 0, 0, 0]).bytes, exe: "/usr/bin/b")
            ask(try DataObject(.spdm, payload: [0x10, 0x84, 0, 0]).bytes)
            ask(try DataObject(.spdm, payload: [0x10, 0xe1, 0, 0]).bytes)
            ask([1, 2, 3])
        }
        #expect(sequences == [1, 2, 3, 4, 5])
    }

    @Test("the first attempt at compliance is loud by itself, with its taint; repeats are counted, with theirs")
    func compliance() throws {
        let house = try House(.cxlMemoryExpander())
        for _ in 0..<50 {
            let reply = try house.ask(.compliance, uid: 1000)
            #expect(reply.rule == "gatekeeper" && reply.taint == .complianceAttempted)
        }
        house.monitor.finishCounts()
        let closed = try records(of: house).closed
        #expect(closed.map(count) == [1, 49])
        #expect(closed.map(\.event) == [.complianceRefused, .complianceRefused])
        #expect(closed.map(\.priority) == [.critical, .error])
        #expect(closed.map(\.taint) == [.complianceAttempted, .complianceAttempted])
        #expect(house.function.counts.writes == 0)
        #expect(house.ledger.snapshot.sinceBoot[.host]?.byLetter[.complianceAttempted]?.count == 50)
    }

    @Test("an attempt at compliance does not hide behind a flood of its author's own")
    func complianceBehindAFlood() throws {
        let house = try House(.cxlMemoryExpander(), capacity: 256)
        for type in UInt8(0)..<200 { _ = try house.ask(ObjectID(vendor: 0x10de, type: type), uid: 1000) }
        // Another one has been here: the letter is not new.
        _ = try house.ask(.compliance, uid: 1001)
        let reply = try house.ask(.compliance, uid: 1000)
        house.monitor.finishCounts()
        let closed = try records(of: house).closed
        let attempt = try #require(closed.first { $0.sequence == reply.sequence })
        #expect(attempt.event == .complianceRefused && attempt[.clientUID] == "1000" && attempt[.count] == nil)
        let gathered = try #require(closed.first { $0.message.contains("differs too much") })
        #expect(count(gathered) == 200 - KindLimits.ofRecords.ofOwner - 1)
        #expect(gathered[.clientUID] == "1000" && gathered[.mailbox] == nil)
        #expect(closed.reduce(0) { $0 + count($1) } == 202)
    }

    @Test("a letter that is new has a record of its own, where its kind is counted too")
    func newLetter() throws {
        let house = try House(capacity: 256)
        // More kinds than one user has: what follows is counted with the last of these.
        for vendor in UInt8(1)...40 { _ = house.ask(bytes: [vendor, 0, 0, 0], uid: 1000) }
        let other = RegisterMailbox(
            name: .simulated("other"), function: SimulatedFunction.vendorFunction(),
            capability: SimulatedFunction.mailboxOffset, obeying: house.monitor.judgeInForce)
        let client = Client(via: .known(.unix), pid: .known(7), uid: .known(1000), exe: .none, unit: .none)
        let replies = (0..<3).map { _ in
            house.monitor.exchange(.exchange([99, 0, 0, 0]), with: other, for: Requester(client, connection: 1))
        }
        house.monitor.finishCounts()
        let closed = try records(of: house).closed
        let loud = try #require(closed.first { $0.sequence == replies[0].sequence })
        #expect(loud.mailbox == other.name && loud[.count] == nil && loud.message.contains("new taint M"))
        #expect(closed.filter { $0.mailbox == other.name }.count == 1)
        #expect(closed.reduce(0) { $0 + count($1) } == 43)
    }

    @Test("no flood comes of a letter that cannot be kept")
    func brokenLedger() throws {
        let house = try House(.cxlMemoryExpander())
        try house.breakLedger()
        for _ in 0..<40 { _ = try house.ask(.compliance, uid: 1000) }
        house.monitor.finishCounts()
        let refused = try records(of: house).closed.filter { $0.event == .complianceRefused }
        #expect(refused.map(count) == [1, 39])
        #expect(house.ledger.hostLetters == .complianceAttempted && house.ledger.owed.count == 1)
    }

    @Test("what reached the mailbox has a record of its own, each time")
    func passed() throws {
        let house = try House(capacity: 256)
        for _ in 0..<20 { #expect(try house.ask(Self.vendor).status == "done") }
        #expect(try records(of: house).closed.map(count) == Array(repeating: 1, count: 20))
    }

    @Test("a full ring refuses, and counts nothing that it does not hold")
    func fullRing() throws {
        let house = try House(capacity: 8)
        var unrecorded = 0
        for type in UInt8(0)..<20 {
            for _ in 0..<2 where try house.ask(ObjectID(vendor: 0x10de, type: type), uid: 1000).sequence == nil {
                unrecorded += 1
            }
        }
        house.monitor.finishCounts()
        let kept = try records(of: house).closed.reduce(0) { $0 + count($1) }
        #expect(unrecorded > 0 && house.monitor.counters.unrecorded == UInt64(unrecorded))
        #expect(kept + unrecorded == 40)
    }

    @Test("the count is in the ring before the client has its answer, and the next daemon closes it as it is")
    func killed() throws {
        let killed = try House()
        var answered = 0
        for _ in 0..<500 where try killed.ask(Self.vendor, uid: 1000).status == "refused" { answered += 1 }
        // What a kill leaves behind: the file as it is in the middle of the window.
        let directory = TemporaryDirectory()
        try FileManager.default.copyItem(
            atPath: killed.directory.path + "/ring", toPath: directory.path + "/ring")
        let house = try House(directory: directory)
        try house.monitor.takeUp([house.mailbox])
        let (open, closed) = try records(of: house)
        #expect(open.isEmpty)
        #expect(closed.map(\.event) == [.exchangeRefused, .exchangeRefused])
        #expect(closed.reduce(0) { $0 + count($1) } == answered)
        // The ring came without its shadow, so the next daemon is another instance: which one is shown first is chance.
        #expect(closed.count { $0.message.contains("until the daemon ended") } == 1)
        #expect(house.function.counts.writes == 0)
    }
}
