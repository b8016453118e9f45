import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEObjects
import DOEPolicy
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("The road, where something on it fails")
struct FaultsOnTheRoadTests {
    /// A ledger that can no longer be written: a directory stands in its place.
    private func breakLedger(of house: House) throws { try BrokenLedger.breakIt(in: house.directory.path) }

    @Test("a letter that cannot be kept refuses what was allowed, and claims no taint for what did not pass")
    func ledgerRefuses() throws {
        let house = try House()
        try breakLedger(of: house)
        let reply = try house.ask(SimulatedFunction.vendorEcho)
        #expect(reply.status == "refused" && reply.verdict == .deny && reply.rule == "ledger" && reply.sequence != nil)
        #expect(reply.taint.isEmpty && house.ledger.snapshot.hostLetters.isEmpty)
        #expect(house.function.counts.writes == 0)
        #expect(house.ledger.trouble?.contains("ledger") == true)
    }

    @Test("a refusal keeps its own rule where the ledger fails too, and its letters show and are owed")
    func gatekeeperStays() throws {
        let house = try House(.cxlMemoryExpander())
        try breakLedger(of: house)
        let reply = try house.ask(.compliance)
        #expect(reply.rule == "gatekeeper" && reply.taint == .complianceAttempted)
        #expect(house.ledger.hostLetters == .complianceAttempted && house.ledger.owed.count == 1)
        #expect(house.taintLines.all == ["sim:bench is tainted: C (compliance mode through DOE was attempted)"])
        try BrokenLedger.mend(in: house.directory.path)
        _ = try house.ask(.compliance)
        #expect(house.ledger.trouble == nil && house.ledger.snapshot.hostLetters == .complianceAttempted)
    }

    @Test("an attempt on compliance taints also where somebody has filled the ring; what was only allowed does not")
    func ringFull() throws {
        let house = try House(capacity: 8)
        // Each has a share: it takes some of them.
        for uid in 0..<8 { while try house.ask(.discovery, uid: UInt32(uid)).sequence != nil {} }
        let compliance = try house.ask(.compliance, uid: 1000)
        #expect(compliance.sequence == nil && compliance.verdict == .deny && compliance.taint == .complianceAttempted)
        let vendor = try house.ask(SimulatedFunction.vendorEcho)
        #expect(vendor.sequence == nil && vendor.rule == "trail" && vendor.taint.isEmpty)
        #expect(house.ledger.snapshot.hostLetters == .complianceAttempted)
    }

    @Test("an outcome whose record cannot be closed is withheld, and not told as a refusal that sent nothing")
    func withheld() throws {
        let house = try House()
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        var passage = try self.passage(of: request, in: house)
        passage.take(ExchangeResult(.response(request), dwordsWritten: 3), after: 10)
        passage.withhold(because: "the disk is broken")
        let reply = passage.reply(sequence: nil)
        #expect(reply.response == nil && reply.status == "withheld" && reply.verdict == .warn)
        #expect(reply.reason.contains("the mailbox was asked") && reply.reason.contains("the disk is broken"))
        var refused = try self.passage(of: request, in: house)
        refused.withhold(because: "the disk is broken")
        #expect(refused.reply(sequence: nil).status == "refused")
    }

    @Test("a program's name cannot hide or rewrite the journal's message")
    func names() throws {
        let house = try House()
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        let record = try passage(of: request, in: house, exe: "/home/u/\u{1b}[2J\u{202e}x\nAllowed").record
        #expect(record.message.printable == record.message)
        #expect(record.message.contains(#"/home/u/\u{1b}[2J\u{202e}x\u{0a}Allowed"#))
        #expect(record[.clientExe] == "/home/u/\u{1b}[2J\u{202e}x\nAllowed")
    }

    @Test("only what goes to a device of this host can make its kernel panic, and waits for the disk")
    func risk() throws {
        let vendor = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        let real = try House(name: try #require(MailboxName("0000:0d:00.0@190")))
        #expect(try passage(of: vendor, in: real).isRisky)
        #expect(try !passage(of: DataObject(.discovery, payload: [0, 0, 0, 0]), in: real).isRisky)
        #expect(try !passage(of: DataObject(.tableAccess, payload: [0, 0, 0, 0]), in: real).isRisky)
        #expect(try !passage(of: vendor, in: House()).isRisky)
        #expect(try !passage(of: vendor, in: House(name: .remote("far"))).isRisky)
    }

    private func passage(of request: DataObject, in house: House, exe: String = "/bin/x") throws -> Passage {
        let client = Client(via: .known(.unix), uid: .known(0), groups: .known([]), exe: .known(exe), unit: .none)
        let mailbox = house.mailbox.identity()
        let decision = Judge(house.monitor.policy).decide(
            Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: .production, request: request))
        return Passage(
            of: DecodedRequest(.exchange(request.bytes)), to: mailbox, for: client, decision: decision,
            mode: .production)
    }
}
