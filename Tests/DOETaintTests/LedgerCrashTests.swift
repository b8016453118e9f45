import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOETaint

@Suite("A ledger that a crash, a bad disk or somebody's hand has changed")
struct LedgerCrashTests {
    private static let boot = String(repeating: "a", count: 32)

    private static func open(_ bytes: [UInt8]) throws -> (TaintLedger, MemoryDisk) {
        let disk = MemoryDisk(bytes)
        return (try TaintLedger(disk, path: "/state/taint", boot: boot, limits: LedgerLimits()), disk)
    }

    /// Bytes of a ledger before and after its last append, and what it held.
    private static func written() throws -> (before: [UInt8], after: [UInt8], snapshots: [TaintSnapshot]) {
        let disk = MemoryDisk()
        let ledger = try TaintLedger(disk, path: "taint", boot: boot, limits: LedgerLimits())
        let mailbox = MailboxIdentity(name: .simulated("cxl"))
        _ = try ledger.raise([.vendor, .abort], mailbox: mailbox, time: 1)
        _ = try ledger.raise(.lost, mailbox: nil, time: 2)
        let before = (disk.bytes, ledger.snapshot)
        _ = try ledger.raise(.malformed, mailbox: mailbox, time: 3)
        return (before.0, disk.bytes, [before.1, ledger.snapshot])
    }

    @Test("a crash at any byte of an append leaves what was before it or all of it, is told, and is put right")
    func torn() throws {
        let (before, after, snapshots) = try Self.written()
        for length in before.count...after.count {
            let (ledger, disk) = try Self.open(Array(after.prefix(length)))
            let isWhole = length >= after.count - 1
            #expect(ledger.snapshot == snapshots[isWhole ? 1 : 0])
            let isTorn = length > before.count && !isWhole
            if case .torn(let bytes, let names) = ledger.finding {
                #expect(isTorn && bytes == length - before.count)
                #expect(names.allSatisfy { ["this host", "sim:cxl"].contains($0) })
            } else {
                #expect(!isTorn && ledger.finding == nil)
            }
            #expect(ledger.notices.count == (isTorn ? 1 : 0))
            _ = try ledger.raise(.bypass, mailbox: nil, time: 4)
            let (next, _) = try Self.open(disk.bytes)
            #expect(next.snapshot == ledger.snapshot && next.finding == nil)
        }
    }

    @Test("blocks that were never written are part of a torn line, wherever they are in it")
    func zeros() throws {
        let (before, after, snapshots) = try Self.written()
        for hole in [before.count..<after.count, before.count + 3..<before.count + 40, after.count - 9..<after.count] {
            var bytes = after
            for index in hole { bytes[index] = 0 }
            #expect(try Self.open(bytes).0.snapshot == snapshots[0])
        }
    }

    @Test("a changed byte is refused wherever it is, in the last line too, and never an empty ledger")
    func changed() throws {
        let (_, after, snapshots) = try Self.written()
        var endless = after
        endless[after.count - 1] = UInt8(ascii: ".")
        #expect(try Self.open(endless).0.snapshot == snapshots[1], "the last line is whole all the same")
        for place in after.indices.dropLast() {
            var bytes = after
            bytes[place] ^= 0x04
            let error = #expect(throws: TaintError.self, "byte \(place)") { try Self.open(bytes) }
            #expect(error?.reason == .damaged && error?.remedy?.contains("backup") == true)
            #expect(error?.problem.contains("/state/taint") == true)
        }
    }

    @Test("a line that was taken out, swapped, repeated or put in is refused, and is named")
    func lines() throws {
        let (_, after, _) = try Self.written()
        let lines = after.split(separator: UInt8(ascii: "\n")).map { Array($0) }
        #expect(lines.count == 5)
        func refused(_ lines: [[UInt8]], _ number: Int) {
            let error = #expect(throws: TaintError.self) { try Self.open(Array(lines.joined(separator: [10])) + [10]) }
            #expect(error?.problem.contains("line \(number) ") == true)
        }
        for index in 0..<lines.count - 1 {
            var missing = lines
            missing.remove(at: index)
            refused(missing, index + 1)
            var swapped = lines
            swapped.swapAt(index, index + 1)
            refused(swapped, index + 1)
            var repeated = lines
            repeated.insert(lines[index], at: index)
            refused(repeated, index == 0 ? 2 : index + 2)
        }
    }

    @Test("what is no ledger is refused", arguments: ["", "\n", "0 # 0\n", "doe-audit-taint 3 # 00\n"])
    func noLedger(text: String) throws {
        #expect(throws: TaintError.self) { try Self.open(Array(text.utf8)) }
    }

    @Test("a line with a right digest that is not understood is named, and so is another version")
    func notUnderstood() throws {
        for fact in [
            "since-boot v 1 1 1 host", "since-boot V 1 1 host", "since-boot V 1 1 1 mailbox", "tomorrow 1", "",
            "unacknowledged V 1 1 1 serial 12", "unacknowledged V 1 1 1 device 8086:0d93", "last-seen sim:cxl",
            "since-boot VA 1 1 1 host", "acknowledged V", "acknowledged host", "boot 1 2", "boot 1;boot 2", "boot 1; ",
        ] {
            var digest = ""
            let bytes =
                LedgerLine.bytes("doe-audit-taint 2", after: &digest)
                + LedgerLine.bytes("boot \(Self.boot)", after: &digest) + LedgerLine.bytes(fact, after: &digest)
            let error = #expect(throws: TaintError.self, "\(fact)") { try Self.open(bytes) }
            #expect(error?.problem.contains("line 3 is not understood") == true)
        }
        var digest = ""
        let bootless =
            LedgerLine.bytes("doe-audit-taint 2", after: &digest)
            + LedgerLine.bytes("since-boot V 1 1 1 host; boot \(Self.boot)", after: &digest)
        let first = #expect(throws: TaintError.self) { try Self.open(bootless) }
        #expect(first?.problem.contains("line 2 does not name the boot") == true)
        digest = ""
        let newer = LedgerLine.bytes("doe-audit-taint 3", after: &digest)
        let error = #expect(throws: TaintError.self) { try Self.open(newer) }
        #expect(error?.problem.contains("another version") == true)
    }

    @Test("who changes the file while the daemon runs has it written anew at the next letter")
    func whileItRuns() throws {
        let directory = TemporaryDirectory()
        let ledger = try TaintLedger(directory: directory.path, boot: Self.boot)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        let path = "\(directory.path)/taint"
        for isRemoved in [false, true] {
            #expect((isRemoved ? unsafe unlink(path) : unsafe truncate(path, 3)) == 0)
            let letter: TaintLetters = ledger.hostLetters.contains(.abort) ? .malformed : .abort
            #expect(try ledger.raise(letter, mailbox: nil, time: 2) == letter)
            #expect(try TaintLedger(directory: directory.path, boot: Self.boot).snapshot == ledger.snapshot)
        }
    }
}
