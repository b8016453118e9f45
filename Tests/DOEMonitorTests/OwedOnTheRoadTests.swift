import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEObjects
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import MailboxTestSupport
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("Letters that the ledger owes, on the road and beside it")
struct OwedOnTheRoadTests {
    /// What the ring holds, closed and open.
    private static func ring(_ house: House) throws -> RingReading {
        try RingReader.read(stateDirectory: house.directory.path)
    }

    private static func owed(in records: [Record]) -> [String] {
        records.filter { $0.event == .taintOwed }.map { "\($0[.status] ?? "") \($0.taint) \($0[.mailbox] ?? "host")" }
    }

    @Test("an attempt is told at once, stands on record as long as it is owed, and is closed when the ledger has it")
    func attempt() throws {
        let house = try House(.cxlMemoryExpander())
        try BrokenLedger.breakIt(in: house.directory.path)
        _ = try house.ask(.compliance)
        _ = try house.ask(.compliance)
        var ring = try Self.ring(house)
        #expect(Self.owed(in: ring.closed) == ["owed C host"] && Self.owed(in: ring.open) == ["owed C sim:bench"])
        let first = try #require(ring.closed.first { $0.event == .taintOwed })
        #expect(first.priority == .critical && first.message.contains("C on sim:bench"))
        #expect(first.message.contains("cannot use") || first.message.contains("cannot rename"), "\(first.message)")
        try BrokenLedger.mend(in: house.directory.path)
        try house.ledger.flush()
        ring = try Self.ring(house)
        #expect(Self.owed(in: ring.open) == [])
        #expect(Self.owed(in: ring.closed) == ["owed C host", "kept C sim:bench"])
        #expect(house.ledger.notices.count == 1, "somebody was at the file: \(house.ledger.notices)")
    }

    @Test("a daemon that is killed leaves what it owed to the next one, by device and serial number")
    func handedOn() throws {
        let directory = TemporaryDirectory()
        do {
            let house = try House(.cxlMemoryExpander(), directory: directory)
            try BrokenLedger.breakIt(in: directory.path)
            _ = try house.ask(.compliance)
            house.monitor.note(.blind(Obstacle("no tracefs is mounted", remedy: "mount it")))
            #expect(house.ledger.owed.map(\.words) == ["C on sim:bench", "N on this host"])
        }
        try BrokenLedger.mend(in: directory.path)
        let house = try House(.cxlMemoryExpander(), directory: directory)
        #expect(house.ledger.hostLetters == [])
        try house.monitor.takeUp([house.mailbox])
        #expect(house.ledger.hostLetters == [.complianceAttempted, .witnessBlind])
        let subject = TaintSubject(house.mailbox.identity())
        #expect(house.ledger.snapshot.unacknowledged[subject]?.letters == .complianceAttempted)
        #expect(house.ledger.owed == [] && house.function.counts == SimulatorCounts())
        let ring = try Self.ring(house)
        #expect(Self.owed(in: ring.open) == [])
        #expect(Set(Self.owed(in: ring.closed).filter { $0.hasPrefix("kept") }) == ["kept C sim:bench", "kept N host"])
    }

    @Test("one whose ledger is still broken owes on, and makes no second record of the same")
    func owesOn() throws {
        let directory = TemporaryDirectory()
        do {
            let house = try House(.cxlMemoryExpander(), directory: directory)
            try BrokenLedger.breakIt(in: directory.path)
            _ = try house.ask(.compliance)
        }
        try BrokenLedger.mend(in: directory.path)
        do {
            let house = try House(.cxlMemoryExpander(), directory: directory)
            try BrokenLedger.breakIt(in: directory.path)
            try house.monitor.takeUp([house.mailbox])
            #expect(house.ledger.owed.map(\.words) == ["C on sim:bench"])
            #expect(Self.owed(in: try Self.ring(house).open) == ["owed C sim:bench"])
        }
        try BrokenLedger.mend(in: directory.path)
        let house = try House(.cxlMemoryExpander(), directory: directory)
        try house.monitor.takeUp([house.mailbox])
        #expect(house.ledger.hostLetters == .complianceAttempted)
        #expect(Self.owed(in: try Self.ring(house).open) == [])
    }

    @Test("of more mailboxes than the ring shall hold the letters are on record, and the next daemon says what is lost")
    func many() throws {
        let directory = TemporaryDirectory()
        do {
            let house = try House(capacity: 256, directory: directory)
            try BrokenLedger.breakIt(in: directory.path)
            for number in 0..<100 {
                let letters: TaintLetters = number < 90 ? .bypass : .kernelUnexpected
                house.monitor.raise(
                    happened: letters, mailbox: MailboxIdentity(name: .simulated("m\(number)")))
            }
            let open = Self.owed(in: try Self.ring(house).open)
            #expect(open.count == OwedRecords.limit + 2)
            #expect(Set(open.filter { $0.hasPrefix("gathered") }) == ["gathered B host", "gathered K host"])
        }
        try BrokenLedger.mend(in: directory.path)
        let house = try House(capacity: 256, directory: directory)
        try house.monitor.takeUp([house.mailbox])
        #expect(house.ledger.hostLetters == [.bypass, .kernelUnexpected, .lost])
        #expect(house.ledger.snapshot.sinceBoot.count == OwedRecords.limit + 1)
        #expect(Self.owed(in: try Self.ring(house).open) == [])
    }

    @Test("an abort that was made raises its letter, also where it was refused before GO and the ledger is broken")
    func outcome() throws {
        let stage = try Stage(.vendorFunction(), at: .go) { house, _ in
            try? BrokenLedger.breakIt(in: house.directory.path)
        }
        let house = stage.house
        // Who asks has ended before GO: what was written is aborted.
        _ = try stage.ask(SimulatedFunction.vendorEcho, [1, 2, 3, 4], uid: 0) { client in
            guard house.function.counts.writes > 0 else { return client }
            return Client(
                via: .known(.unix), pid: .unknown, uid: .unknown, groups: .unknown, exe: .unknown, unit: .unknown)
        }
        #expect(house.function.counts.abortWrites == 1 && house.function.counts.goWrites == 0)
        #expect(house.ledger.hostLetters.contains(.abort) && house.ledger.owed.map(\.letters) == [.abort])
    }

    @Test("what is allowed and raises a letter that is owed is refused: it is not on the disk")
    func notPassed() throws {
        let house = try House()
        try BrokenLedger.breakIt(in: house.directory.path)
        house.monitor.raise(happened: .vendor, mailbox: house.mailbox.identity())
        let reply = try house.ask(SimulatedFunction.vendorEcho)
        #expect(reply.rule == "ledger" && house.function.counts.writes == 0)
        try BrokenLedger.mend(in: house.directory.path)
        #expect(try house.ask(SimulatedFunction.vendorEcho).status == "done")
        #expect(house.ledger.owed == [])
    }

    @Test("who changes the ledger is on record, once, with what was done about it")
    func changed() throws {
        let house = try House()
        _ = try house.ask(SimulatedFunction.vendorEcho)
        try BrokenLedger.breakIt(in: house.directory.path)
        for _ in 0..<3 { house.ledger.look() }
        try BrokenLedger.mend(in: house.directory.path)
        house.ledger.look()
        let records = try Self.ring(house).closed.filter { $0.event == .ledgerChanged }
        #expect(records.map { $0[.status] } == ["displaced", "displaced"])
        #expect(records.first?.message.contains("in memory alone") == true && records.first?.priority == .error)
        #expect(records.last?.message.contains("written anew from memory and lacks nothing") == true)
    }
}
