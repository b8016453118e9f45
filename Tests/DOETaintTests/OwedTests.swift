import DOEWords
import Synchronization
import Testing

@testable import DOETaint

@Suite("Letters that have happened and cannot be kept")
struct OwedTests {
    private static let boot = String(repeating: "a", count: 32)
    private static let cxl = MailboxIdentity(
        name: .simulated("cxl"), device: .known(PCIDeviceID(vendor: 0x8086, device: 0xd93)), serialNumber: .known(7))

    private let disk = MemoryDisk()

    private func open(_ disk: MemoryDisk? = nil) throws -> TaintLedger {
        try TaintLedger(disk ?? self.disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
    }

    /// A ledger that could not keep this one.
    private func owing() throws -> TaintLedger {
        let ledger = try open()
        disk.stick(true)
        #expect(throws: TaintError.self) { try ledger.raise(.complianceAttempted, mailbox: Self.cxl, time: 5) }
        #expect(ledger.owe(.complianceAttempted, mailbox: Self.cxl, time: 5) == .complianceAttempted)
        return ledger
    }

    /// What a daemon that starts now would find.
    private var onDisk: TaintSnapshot { get throws { try open(MemoryDisk(disk.bytes)).snapshot } }

    @Test("show in both views, are news once, and are named with the reason and what to do")
    func shown() throws {
        let ledger = try owing()
        #expect(ledger.hostLetters == .complianceAttempted && ledger.unacknowledgedLetters == .complianceAttempted)
        #expect(ledger.snapshot.sinceBoot[.mailbox(Self.cxl.name)]?.letters == .complianceAttempted)
        #expect(ledger.owe(.complianceAttempted, mailbox: Self.cxl, time: 6) == [])
        #expect(ledger.snapshot.sinceBoot[.host]?.byLetter[.complianceAttempted]?.count == 2)
        #expect(ledger.owed.map(\.words) == ["C on sim:cxl"] && ledger.owed.first?.since == 5)
        let notice = try #require(ledger.notices.first)
        #expect(ledger.notices.count == 1 && notice.contains("C on sim:cxl"))
        #expect(notice.contains("look into the kernel's log"))
        #expect(notice.contains("since 1970-01-01 00:00:00 UTC: C on sim:cxl"))
        #expect(try onDisk.hostLetters == [])
    }

    @Test("are written with the next letter that is new, and then nothing is said of them any more")
    func nextLetter() throws {
        let ledger = try owing()
        disk.stick(false)
        #expect(try ledger.raise(.lost, mailbox: nil, time: 9) == .lost)
        #expect(ledger.owed == [] && ledger.notices == [])
        #expect(try onDisk == ledger.snapshot)
    }

    @Test("are written by a flush, which is due as long as they are owed")
    func flushed() throws {
        let ledger = try owing()
        #expect(throws: TaintError.self) { try ledger.flush() }
        #expect(ledger.dirtySince != nil && ledger.owed.count == 1)
        disk.stick(false)
        try ledger.flush()
        #expect(ledger.dirtySince == nil && ledger.owed == [] && ledger.notices == [])
        #expect(try onDisk == ledger.snapshot)
    }

    @Test("are told when they are owed still, and when they are paid")
    func news() throws {
        let ledger = try owing()
        let told = Mutex<[LedgerNews]>([])
        ledger.whenTold { item in told.withLock { $0.append(item) } }
        #expect(throws: TaintError.self) { try ledger.flush() }
        disk.stick(false)
        try ledger.flush()
        _ = try ledger.raise(.lost, mailbox: nil, time: 9)
        #expect(told.withLock { $0 } == [.owes, .paid])
    }

    @Test("are not on the disk: who may not pass without the letter is refused, and does not count as raised")
    func notKept() throws {
        let ledger = try owing()
        let before = ledger.snapshot
        #expect(throws: TaintError.self) { try ledger.raise(.complianceAttempted, mailbox: Self.cxl, time: 7) }
        #expect(ledger.snapshot == before)
        disk.stick(false)
        #expect(try ledger.raise(.complianceAttempted, mailbox: Self.cxl, time: 8) == [], "it was news before")
        #expect(ledger.owed == [])
        #expect(try onDisk == ledger.snapshot)
    }

    @Test("what one mailbox owes keeps another's letter, which is on the disk, from nothing")
    func others() throws {
        let ledger = try open()
        let other = MailboxIdentity(name: .simulated("other"))
        _ = try ledger.raise([.vendor, .complianceAttempted], mailbox: other, time: 1)
        disk.stick(true)
        #expect(ledger.owe(.complianceAttempted, mailbox: Self.cxl, time: 5) == .complianceAttempted)
        #expect(try ledger.raise([.vendor, .complianceAttempted], mailbox: other, time: 6) == [])
    }

    @Test("can be acknowledged only where the ledger takes that, and are paid with it")
    func acknowledged() throws {
        let ledger = try owing()
        let found = ledger.snapshot.unacknowledged(of: .all)
        #expect(throws: TaintError.self) { try ledger.acknowledge(found) }
        #expect(ledger.unacknowledgedLetters == .complianceAttempted && ledger.owed.count == 1)
        disk.stick(false)
        #expect(try ledger.acknowledge(found).map(\.letters) == [.complianceAttempted])
        #expect(ledger.owed == [] && ledger.hostLetters == .complianceAttempted)
        #expect(try onDisk == ledger.snapshot)
    }

    @Test("more than fit in a line are written with the whole file")
    func many() throws {
        let ledger = try owing()
        for number in 0..<500 {
            _ = ledger.owe(.bypass, mailbox: MailboxIdentity(name: .simulated("m\(number)")), time: 1)
        }
        #expect(ledger.owed.count == 501 && ledger.notices.first?.contains("and 496 more") == true)
        disk.stick(false)
        try ledger.flush()
        #expect(ledger.owed == [])
        #expect(try onDisk == ledger.snapshot)
    }

    @Test("a write that failed and left nothing owed is tried again too, so that what is said of it ends")
    func trouble() throws {
        let ledger = try open()
        disk.stick(true)
        #expect(throws: TaintError.self) { try ledger.raise(.vendor, mailbox: Self.cxl, time: 5) }
        #expect(ledger.owed == [] && ledger.notices.count == 1 && ledger.dirtySince != nil)
        disk.stick(false)
        try ledger.flush()
        #expect(ledger.notices == [] && ledger.dirtySince == nil && ledger.hostLetters == [])
    }

    @Test("a ledger that is full owes what has happened, and takes it when room was made, at no cost meanwhile")
    func full() throws {
        let limits = LedgerLimits(fileBytes: 1_500, lineBytes: 1_000, spareBytes: 500, subjects: 100)
        let ledger = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: limits)
        var number = 0
        while (try? ledger.raise(.vendor, mailbox: MailboxIdentity(name: .simulated("m\(number)")), time: 1)) != nil {
            number += 1
        }
        let written = disk.replacements.count
        #expect(ledger.owe(.bypass, mailbox: Self.cxl, time: 2) == .bypass)
        for _ in 0..<3 { #expect(throws: TaintError.self) { try ledger.flush() } }
        #expect(disk.replacements.count == written && ledger.owed.map(\.words) == ["B on sim:cxl"])
        #expect(ledger.notices.first?.contains("doe-audit taint acknowledge") == true)
    }
}
