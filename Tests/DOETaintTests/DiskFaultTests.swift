import DOETaint
import DOEWords
import Glibc
import TestSupport
import Testing

/// A state directory that is full or read-only. Needs root, for a file system of its own.
@Suite(.enabled(if: geteuid() == 0, "needs root: it mounts a file system of its own"))
struct DiskFaultTests {
    private static let boot = String(repeating: "0", count: 32)

    private func ledger(on disk: TinyDisk) throws -> TaintLedger {
        try TaintLedger(directory: disk.path, boot: Self.boot)
    }

    @Test func aDiskThatIsReadOnlyAtTheStartOrLaterKeepsWhatStands() throws {
        let disk = try TinyDisk(kibibytes: 64)
        try disk.remount("ro")
        let atStart = #expect(throws: TaintError.self) { _ = try self.ledger(on: disk) }
        #expect(atStart?.remedy?.contains("for writing") == true && atStart?.remedy?.contains("room") == false)
        try disk.remount("rw")
        _ = try self.ledger(on: disk).raise(.vendor, mailbox: nil, time: 1)
        // As after an error of the file system: a daemon that starts then finds what stands.
        try disk.remount("ro")
        let ledger = try ledger(on: disk)
        #expect(ledger.snapshot.hostLetters == .vendor && ledger.finding == nil)
        let later = #expect(throws: TaintError.self) { try ledger.raise(.malformed, mailbox: nil, time: 2) }
        #expect(later?.remedy?.contains("for writing") == true)
        #expect(ledger.snapshot.hostLetters == .vendor && ledger.trouble != nil)
        try disk.remount("rw")
        #expect(try ledger.raise(.malformed, mailbox: nil, time: 3) == .malformed)
        #expect(ledger.trouble == nil)
    }

    @Test func aDiskThatIsFullAtTheStartOrLaterKeepsWhatStands() throws {
        let disk = try TinyDisk(kibibytes: 64)
        let ledger = try ledger(on: disk)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        let filling = unsafe open(disk.path + "/filling", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        defer { close(filling) }
        let block = [UInt8](repeating: 1, count: 4096)
        while unsafe write(filling, block, block.count) > 0 {}
        // The last block of the file still has room for a few lines.
        var later: TaintError?
        var raised = 0
        while later == nil, raised < 1_000 {
            do throws(TaintError) {
                _ = try ledger.raise(
                    .malformed, mailbox: MailboxIdentity(name: .simulated("m\(raised)")), time: 2)
                raised += 1
            } catch {
                later = error
            }
        }
        #expect(later?.remedy?.contains("make room") == true)
        #expect(try self.ledger(on: disk).snapshot == ledger.snapshot, "what was answered stands, whole")
        let next = MailboxIdentity(name: .simulated("m\(raised)"))
        #expect(ledger.snapshot.sinceBoot[.mailbox(next.name)] == nil)
        ftruncate(filling, 0)
        #expect(try ledger.raise(.malformed, mailbox: next, time: 3) == .malformed)
        #expect(try self.ledger(on: disk).snapshot == ledger.snapshot)
    }
}
