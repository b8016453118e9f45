import DOEWords
import Testing

@testable import DOETaint

@Suite("A ledger's size")
struct LedgerLimitsTests {
    private static let boot = String(repeating: "a", count: 32)

    private static func open(_ disk: MemoryDisk, _ limits: LedgerLimits) throws -> TaintLedger {
        try TaintLedger(disk, path: "/state/taint", boot: boot, limits: limits)
    }

    private static func mailbox(_ number: Int) -> MailboxIdentity {
        MailboxIdentity(name: .simulated("m\(number)"))
    }

    @Test("is never more than its reader takes: what is too much is refused, and everything before can be read")
    func neverTooLarge() throws {
        let limits = LedgerLimits(fileBytes: 4_000, lineBytes: 1_000, spareBytes: 500, subjects: 100)
        let disk = MemoryDisk()
        let ledger = try Self.open(disk, limits)
        var refusals = 0
        for number in 0..<60 {
            let before = ledger.snapshot
            do {
                _ = try ledger.raise(.vendor, mailbox: Self.mailbox(number), time: UInt64(number))
            } catch {
                refusals += 1
                #expect(error.problem.contains("4000 bytes") && error.remedy?.contains("acknowledge") == true)
                #expect(ledger.snapshot == before && ledger.trouble == error.description)
            }
            #expect(disk.bytes.count <= limits.fileBytes)
            #expect(try Self.open(MemoryDisk(disk.bytes), limits).snapshot == ledger.snapshot)
        }
        #expect(refusals > 10 && ledger.snapshot.unacknowledged.count + refusals == 60)
        // What is there still counts, and what is acknowledged makes room.
        #expect(try ledger.raise(.vendor, mailbox: Self.mailbox(0), time: 99) == [])
        #expect(throws: TaintError.self) { try ledger.raise(.vendor, mailbox: Self.mailbox(59), time: 100) }
        _ = try ledger.acknowledge(ledger.snapshot.unacknowledged(of: .all))
        #expect(try ledger.raise(.vendor, mailbox: Self.mailbox(59), time: 100) == .vendor)
        #expect(ledger.trouble == nil)
    }

    @Test("stays within bounds, however often a letter comes and is acknowledged")
    func compaction() throws {
        let limits = LedgerLimits(fileBytes: 1 << 20, lineBytes: 1_000, spareBytes: 2_000, subjects: 100)
        let disk = MemoryDisk()
        let ledger = try Self.open(disk, limits)
        for round in 0..<300 as Range<UInt64> {
            #expect(try ledger.raise(.vendor, mailbox: Self.mailbox(1), time: round) == .vendor)
            _ = try ledger.acknowledge(ledger.snapshot.unacknowledged(of: .all))
            if ledger.dirtySince != nil { try ledger.flush() }
            #expect(disk.bytes.count < 4_000)
            #expect(try Self.open(MemoryDisk(disk.bytes), limits).snapshot == ledger.snapshot)
        }
        #expect(disk.replacements.count > 10 && disk.replacements.count < 100)
    }

    @Test("a file beyond the limit is not said to be unreadable for want of rights")
    func tooLarge() throws {
        let error = #expect(throws: TaintError.self) {
            try Self.open(MemoryDisk(Array(repeating: 65, count: 5_000)), LedgerLimits(fileBytes: 4_000))
        }
        #expect(error?.remedy?.contains("4000 bytes") == true && error?.remedy?.contains("backup") == true)
    }
}
