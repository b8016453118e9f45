import DOELinux
import DOEWords
import TestSupport
import Testing

@testable import DOETaint

/// What 0.1.0 left behind.
@Suite("A ledger of 0.1.0")
struct FirstLedgerTests {
    private static let path =
        String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
        + "/../DOETaintFixtures/0.1.0/taint"
    private static let boot = "0429d26c39f14e7eaf956d18d35792f9"
    private static let cxl = MailboxIdentity(
        name: .simulated("cxl"), device: .known(PCIDeviceID(vendor: 0x8086, device: 0xd93)),
        serialNumber: .known(0x1234))

    private static func disk() throws -> MemoryDisk { MemoryDisk(try WholeFile.read(path, limit: 1 << 20)) }

    private static func open(_ disk: MemoryDisk, boot: String = boot) throws -> TaintLedger {
        try TaintLedger(disk, path: "taint", boot: boot, limits: LedgerLimits())
    }

    @Test("is taken up with both views, their counts and times, and is written anew")
    func takenUp() throws {
        let disk = try Self.disk()
        let ledger = try Self.open(disk)
        #expect(ledger.hostLetters == [.vendor, .complianceAttempted, .malformed])
        let mark = TaintMark(first: 1_795_910_300_399_654, last: 1_795_910_300_419_803, count: 2)
        #expect(ledger.snapshot.sinceBoot[.mailbox(.simulated("vendor"))]?.byLetter == [.vendor: mark])
        #expect(ledger.snapshot.unacknowledged[.serial(0x48b0_2d00_0000_5678)]?.byLetter == [.vendor: mark])
        #expect(ledger.snapshot.lastSeen[.serial(0x1234)] == .simulated("cxl"))
        #expect(ledger.finding == nil && disk.text.hasPrefix("doe-audit-taint 2 # "))
        #expect(try Self.open(disk).snapshot == ledger.snapshot)
    }

    @Test("its letters by serial number alone stay, beside the device's own, until somebody acknowledges them")
    func bySerialAlone() throws {
        let disk = try Self.disk()
        let ledger = try Self.open(disk, boot: String(repeating: "f", count: 32))
        #expect(ledger.hostLetters == [])
        #expect(ledger.unacknowledgedLetters == [.vendor, .complianceAttempted, .malformed])
        // It may have been another vendor's device that bears the number.
        #expect(try ledger.raise(.complianceAttempted, mailbox: Self.cxl, time: 3) == .complianceAttempted)
        let old = TaintSubject.serial(0x1234)
        #expect(ledger.snapshot.unacknowledged[old]?.letters == [.complianceAttempted, .malformed])
        #expect(ledger.snapshot.unacknowledged[TaintSubject(Self.cxl)]?.letters == .complianceAttempted)
        let found = ledger.snapshot.unacknowledged(of: try #require(TaintSelection("serial:0000000000001234")))
        #expect(try ledger.acknowledge(found).map(\.letters) == [[.complianceAttempted, .malformed]])
        let after = try Self.open(disk, boot: String(repeating: "f", count: 32)).snapshot
        #expect(after.unacknowledged[old] == nil && after.lastSeen[old] == nil)
        #expect(after.unacknowledged[TaintSubject(Self.cxl)]?.letters == .complianceAttempted)
    }

    @Test("is taken up where nothing can be written, in the boot that it is about; no new letter passes until it can")
    func cannotBeWritten() throws {
        let disk = try Self.disk()
        disk.set(.refuses)
        let ledger = try Self.open(disk)
        #expect(ledger.trouble != nil && ledger.hostLetters.contains(.vendor))
        disk.set(.refuses)
        #expect(throws: TaintError.self) { try ledger.raise(.lost, mailbox: nil, time: 1) }
        #expect(try ledger.raise(.lost, mailbox: nil, time: 1) == .lost)
        #expect(ledger.trouble == nil)
        disk.set(nil)
        #expect(try Self.open(disk).snapshot == ledger.snapshot)
    }

    @Test("that was changed or cut anywhere is refused")
    func damaged() throws {
        let whole = try Self.disk().bytes
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x04
            #expect(throws: TaintError.self) { try Self.open(MemoryDisk(bytes)) }
            #expect(throws: TaintError.self) { try Self.open(MemoryDisk(Array(whole.prefix(place)))) }
        }
    }
}
