import DOEWords
import TestSupport
import Testing

@testable import DOETaint

@Suite("Acknowledging letters")
struct AcknowledgeTests {
    private static let boot = String(repeating: "a", count: 32)
    private static let device = PCIDeviceID(vendor: 0x8086, device: 0xd93)

    private let disk = MemoryDisk()

    private func open(boot: String = boot) throws -> TaintLedger {
        try TaintLedger(disk, path: "taint", boot: boot, limits: LedgerLimits())
    }

    private func mailbox(_ name: String, serial: UInt64? = nil, device: PCIDeviceID = device) throws -> MailboxIdentity
    {
        MailboxIdentity(
            name: try #require(MailboxName(name)), device: .known(device),
            serialNumber: serial.map { .known($0) } ?? .none)
    }

    private func acknowledge(_ text: String, in ledger: TaintLedger) throws -> [String] {
        try ledger.acknowledge(ledger.snapshot.unacknowledged(of: try #require(TaintSelection(text))))
            .map { "\($0.subject.name) \($0.letters)" }
    }

    @Test("takes them out of one view, keeps those since boot, and outlives restart and boot")
    func bothViews() throws {
        let ledger = try open()
        let cxl = try mailbox("sim:cxl")
        _ = try ledger.raise([.vendor, .abort], mailbox: cxl, time: 1)
        _ = try ledger.raise(.lost, mailbox: nil, time: 2)
        #expect(try acknowledge("sim:cxl", in: ledger) == ["sim:cxl VA"])
        for ledger in [ledger, try open()] {
            #expect(ledger.hostLetters == [.vendor, .abort, .lost] && ledger.unacknowledgedLetters == .lost)
            #expect(ledger.snapshot.sinceBoot[.mailbox(cxl.name)]?.letters == [.vendor, .abort])
        }
        let next = try open(boot: String(repeating: "b", count: 32))
        #expect(next.hostLetters == [] && next.unacknowledgedLetters == .lost)
    }

    @Test("a letter that comes again is new, and is on the disk before raise returns")
    func again() throws {
        let ledger = try open()
        let cxl = try mailbox("sim:cxl")
        _ = try ledger.raise(.vendor, mailbox: cxl, time: 1)
        _ = try acknowledge("sim:cxl", in: ledger)
        #expect(try ledger.raise(.vendor, mailbox: cxl, time: 5) == .vendor)
        #expect(try ledger.raise(.vendor, mailbox: cxl, time: 6) == [])
        let kept = try open().snapshot
        #expect(kept.unacknowledged[.mailbox(cxl.name)]?.byLetter[.vendor] == TaintMark(first: 5, last: 5, count: 1))
        #expect(kept.sinceBoot[.mailbox(cxl.name)]?.byLetter[.vendor]?.first == 1)
    }

    @Test("what was raised between the look and the acknowledgement stays")
    func between() throws {
        let ledger = try open()
        let cxl = try mailbox("sim:cxl")
        _ = try ledger.raise([.vendor, .abort], mailbox: cxl, time: 1)
        let found = ledger.snapshot.unacknowledged(of: .all)
        _ = try ledger.raise(.vendor, mailbox: cxl, time: 2)
        #expect(try ledger.acknowledge(found).map(\.letters) == [.abort])
        #expect(ledger.unacknowledgedLetters == .vendor)
        #expect(try ledger.acknowledge(found) == [])
        #expect(try open().unacknowledgedLetters == .vendor)
    }

    @Test("where it cannot be kept nothing was taken, on the disk or in memory")
    func notKept() throws {
        let ledger = try open()
        _ = try ledger.raise([.vendor, .abort], mailbox: mailbox("0000:0d:00.0@190", serial: 7), time: 1)
        let before = ledger.snapshot
        disk.set(.refuses)
        #expect(throws: TaintError.self) { try acknowledge("0000:0d:00.0", in: ledger) }
        #expect(ledger.snapshot == before && ledger.trouble != nil)
        disk.set(nil)
        #expect(try open().snapshot == before)
    }

    @Test("a name selects what its row shows, and nothing beside it")
    func names() throws {
        let ledger = try open()
        let other = PCIDeviceID(vendor: 0x10de, device: 0x2330)
        _ = try ledger.raise(.lost, mailbox: nil, time: 1)
        _ = try ledger.raise(.vendor, mailbox: mailbox("0000:0d:00.0@190", serial: 7), time: 2)
        _ = try ledger.raise(.abort, mailbox: mailbox("0000:0d:00.0@1b0", serial: 7), time: 3)
        _ = try ledger.raise(.malformed, mailbox: mailbox("0000:2a:00.0@190", serial: 7, device: other), time: 4)
        _ = try ledger.raise(.bypass, mailbox: mailbox("0000:2b:00.0@190"), time: 5)
        _ = try ledger.raise(.bypass, mailbox: mailbox("0000:2b:00.0@1b0"), time: 6)
        func selected(_ text: String) throws -> [String] {
            ledger.snapshot.unacknowledged(of: try #require(TaintSelection(text)))
                .map { "\($0.subject.name) \($0.letters)" }
        }
        #expect(try selected("host") == ["host L"])
        #expect(try selected("this host") == ["host L"])
        #expect(try selected("0000:0d:00.0@190") == ["8086:0d93:0000000000000007 VA"], "one device, two mailboxes")
        #expect(try selected("0000:0d:00.0@1b0") == ["8086:0d93:0000000000000007 VA"])
        #expect(try selected("8086:0d93:0000000000000007") == ["8086:0d93:0000000000000007 VA"])
        #expect(try selected("0000:2a:00.0") == ["10de:2330:0000000000000007 M"], "the same number, another device")
        #expect(try selected("0000:2b:00.0@190") == ["0000:2b:00.0@190 B"])
        #expect(try selected("0000:2b:00.0") == ["0000:2b:00.0@190 B", "0000:2b:00.0@1b0 B"])
        #expect(try selected("0000:2c:00.0") == [])
        let rows = ledger.snapshot.rows.map { "\($0.subject) \($0.unacknowledged)" }
        #expect(rows.contains("0000:0d:00.0@1b0 VA") && rows.contains("0000:0d:00.0@190 VA"))
        for row in ledger.snapshot.rows {
            let letters = ledger.snapshot.unacknowledged(of: try #require(TaintSelection(row.subject)))
                .reduce(into: TaintLetters()) { $0.formUnion($1.letters) }
            #expect(letters == row.unacknowledged, "\(row.subject)")
        }
        #expect(ledger.snapshot.names.allSatisfy { TaintSelection($0) != nil })
    }

    @Test(
        "what is no name selects nothing",
        arguments: ["", "sim", "8086:0d93", "serial:12", "0000:0d:00", "Host", "all"]
    )
    func noName(text: String) { #expect(TaintSelection(text) == nil) }
}
