import DOETaint
import DOEWords
import TestSupport
import Testing

@Suite("Both views of taint, side by side")
struct TaintRowsTests {
    static let real = MailboxName("0000:0d:00.0@190")

    @Test("the host comes first, and a device that was tainted in an earlier boot last")
    func rows() throws {
        let directory = TemporaryDirectory()
        let name = try #require(Self.real)
        let old = MailboxIdentity(
            name: .simulated("old"), device: .known(PCIDeviceID(vendor: 0x8086, device: 0xd93)),
            serialNumber: .known(0x99))
        let before = try TaintLedger(directory: directory.path, boot: String(repeating: "1", count: 32))
        _ = try before.raise(.complianceAttempted, mailbox: old, time: 5)
        let ledger = try TaintLedger(directory: directory.path, boot: String(repeating: "2", count: 32))
        _ = try ledger.raise(.vendor, mailbox: MailboxIdentity(name: name, serialNumber: .known(0x42)), time: 10)

        let rows = ledger.snapshot.rows
        #expect(rows.map(\.scope) == ["host", "function", "mailbox", "device"])
        #expect(rows.map(\.subject) == ["this host", "0000:0d:00.0", "0000:0d:00.0@190", "8086:0d93:0000000000000099"])
        #expect(rows.map(\.sinceBoot) == [.vendor, .vendor, .vendor, []])
        // What 'taint acknowledge host' takes: nothing was raised on the host alone.
        #expect(rows.map(\.unacknowledged) == [[], .vendor, .vendor, .complianceAttempted])
        #expect(rows.map(\.first) == [10, 10, 10, 5])
        #expect(ledger.snapshot.unacknowledgedLetters == [.vendor, .complianceAttempted])
    }

    @Test("what was raised on the host alone in an earlier boot is in its row")
    func hostAlone() throws {
        let directory = TemporaryDirectory()
        let before = try TaintLedger(directory: directory.path, boot: String(repeating: "1", count: 32))
        _ = try before.raise(.lost, mailbox: nil, time: 5)
        let ledger = try TaintLedger(directory: directory.path, boot: String(repeating: "2", count: 32))
        #expect(ledger.snapshot.rows.map(\.scope) == ["host"])
        #expect(ledger.snapshot.rows.map(\.unacknowledged) == [.lost])
    }

    @Test("a clean host has no rows")
    func clean() throws {
        let directory = TemporaryDirectory()
        let ledger = try TaintLedger(directory: directory.path, boot: String(repeating: "1", count: 32))
        #expect(ledger.snapshot.rows.isEmpty)
    }
}
