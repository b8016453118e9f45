import DOEWords
import Testing

@testable import DOETaint

@Suite("What a letter costs on a host with 10,000 functions")
struct LedgerScaleTests {
    private static let boot = String(repeating: "a", count: 32)
    private static let count = 10_000

    private static func mailbox(_ number: Int) throws -> MailboxIdentity {
        let address = try #require(
            FunctionAddress(
                domain: UInt32(number >> 16), bus: UInt8(number >> 8 & 0xff), device: UInt8(number >> 3 & 0x1f),
                function: UInt8(number & 7)))
        return MailboxIdentity(
            name: .real(address, offset: 0x190), device: .known(PCIDeviceID(vendor: 0x8086, device: 0xd93)),
            serialNumber: .known(UInt64(number) + 1))
    }

    private static func full() throws -> (TaintLedger, MemoryDisk) {
        let disk = MemoryDisk()
        let ledger = try TaintLedger(disk, path: "taint", boot: boot, limits: LedgerLimits())
        for number in 0..<count {
            #expect(try ledger.raise(.vendor, mailbox: mailbox(number), time: UInt64(number)) == .vendor)
        }
        return (ledger, disk)
    }

    @Test("a new letter is one line, as long as on a host with one function, and nothing else is written for it")
    func oneLine() throws {
        let (ledger, disk) = try Self.full()
        #expect(disk.appends.count == Self.count && disk.replacements.count == 1)
        #expect((disk.appends.max() ?? 0) < 512)
        disk.forgetCounts()
        // What is known costs no write at all.
        for number in 0..<Self.count { _ = try ledger.raise(.vendor, mailbox: Self.mailbox(number), time: 1 << 40) }
        #expect(disk.appends.isEmpty && disk.replacements.isEmpty)
        // So many counts are written with the whole file, once.
        try ledger.flush()
        #expect(disk.appends.isEmpty && disk.replacements.count == 1)
        let again = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
        #expect(again.snapshot == ledger.snapshot)
        // Few are written alone.
        disk.forgetCounts()
        _ = try ledger.raise(.vendor, mailbox: Self.mailbox(17), time: 1 << 41)
        try ledger.flush()
        #expect(disk.appends.count == 1 && (disk.appends.first ?? 0) < 512 && disk.replacements.isEmpty)
    }

    @Test("counting a known letter looks at four places, however many there are")
    func steps() throws {
        let (ledger, _) = try Self.full()
        for number in stride(from: 0, to: Self.count, by: 997) {
            let mailbox = try Self.mailbox(number)
            #expect(TaintPlace.all(of: mailbox).count == 3)
            _ = try ledger.raise(.vendor, mailbox: mailbox, time: 1)
        }
        // Somebody who reads all of it makes the next raise copy a part of each table, and no more than that.
        let snapshot = ledger.snapshot
        #expect(snapshot.sinceBoot.count == 2 * Self.count + 1 && snapshot.unacknowledged.count == Self.count)
        #expect(snapshot.sinceBoot.fullestPart < 256 && snapshot.unacknowledged.fullestPart < 256)
        #expect(snapshot.unacknowledgedLetters == .vendor)
        #expect(snapshot.rows.count == 2 * Self.count + 1)
    }

    @Test("devices that show another serial number each time do not fill the ledger")
    func serialNumbers() throws {
        let disk = MemoryDisk()
        let limits = LedgerLimits(fileBytes: 64 << 10, spareBytes: 8 << 10, subjects: 50)
        let ledger = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: limits)
        let name = try Self.mailbox(1).name
        for serial in 1...2_000 as ClosedRange<UInt64> {
            let mailbox = MailboxIdentity(
                name: name, device: .known(PCIDeviceID(vendor: 1, device: 2)), serialNumber: .known(serial))
            _ = try ledger.raise(.malformed, mailbox: mailbox, time: serial)
        }
        #expect(ledger.snapshot.unacknowledged.count == 51)
        #expect(ledger.snapshot.unacknowledged[.mailbox(name)]?.byLetter[.malformed]?.count == 1_950)
        #expect(disk.bytes.count < 32 << 10)
    }
}
