import DOELinux
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOETaint

/// How far the ledger has come is noted elsewhere.
@Suite("A ledger that is not the one which was left")
struct LedgerMarkTests {
    private static let boot = String(repeating: "a", count: 32)

    /// The last mark that was noted.
    private final class Noted: Sendable {
        private let mark = Mutex<LedgerMark?>(nil)
        var all: [LedgerMark] { [mark.withLock { $0 }].compactMap(\.self) }
        var marks: LedgerMarks { LedgerMarks(all, doubt: nil) }
        func note(_ mark: LedgerMark) { self.mark.withLock { $0 = mark } }
    }

    private let noted = Noted()

    private func open(
        _ disk: MemoryDisk, boot: String = boot, limits: LedgerLimits = LedgerLimits()
    ) throws -> TaintLedger {
        let ledger = try TaintLedger(disk, path: "taint", boot: boot, limits: limits, marks: noted.marks)
        ledger.noteMarks { [noted] in noted.note($0) }
        return ledger
    }

    private func filled(_ disk: MemoryDisk) throws {
        let ledger = try open(disk)
        for (index, letters) in [TaintLetters.vendor, .abort, .malformed, .bypass].enumerated() {
            _ = try ledger.raise(letters, mailbox: MailboxIdentity(name: .simulated("m\(index)")), time: UInt64(index))
        }
    }

    /// Starts on these bytes: the host is tainted L, that is in the file at once, and the start after it finds
    /// nothing.
    private func loss(_ bytes: [UInt8]?) throws -> LedgerFinding? {
        let disk = MemoryDisk(bytes)
        let ledger = try open(disk)
        #expect(ledger.finding?.isLoss == true)
        #expect(ledger.hostLetters.contains(.lost) && ledger.unacknowledgedLetters.contains(.lost))
        #expect(try LedgerText(disk.bytes).snapshot == ledger.snapshot && ledger.owed.isEmpty)
        #expect(ledger.notices.count == 1 && ledger.notices.first?.contains("letters may be lost") == true)
        let next = try open(disk)
        #expect(next.finding == nil && next.hostLetters.contains(.lost) && next.notices.isEmpty)
        return ledger.finding
    }

    @Test("one that was removed is a loss, with how many lines there were")
    func removed() throws {
        try filled(MemoryDisk())
        #expect(try loss(nil) == .absent(lines: 6))
    }

    @Test("one that was cut at any line's end is a loss, with how many lines are missing")
    func cut() throws {
        let disk = MemoryDisk()
        try filled(disk)
        let mark = noted.all[0]
        let ends = disk.bytes.indices.filter { disk.bytes[$0] == UInt8(ascii: "\n") }
        for (index, end) in ends.dropLast().enumerated() where index >= 1 {
            noted.note(mark)
            let missing = UInt64(ends.count - index - 1)
            #expect(try loss(Array(disk.bytes[...end])) == .behind(lines: missing, torn: 0, of: []))
        }
    }

    @Test("one of which lines were torn counts all of them, and names whose letters they were as far as it can be read")
    func torn() throws {
        let disk = MemoryDisk()
        try filled(disk)
        let ends = disk.bytes.indices.filter { disk.bytes[$0] == UInt8(ascii: "\n") }
        // The last three lines: a piece of the first of them, and nothing but zeros behind it.
        let cut = ends[2] + 60
        let bytes = disk.bytes[..<cut] + [UInt8](repeating: 0, count: disk.bytes.count - cut)
        let finding = try loss(Array(bytes))
        #expect(finding == .behind(lines: 3, torn: disk.bytes.count - ends[2] - 1, of: ["this host", "sim:m1"]))
        #expect(finding.map { "\($0)" }?.contains("lacks 3 lines") == true)
    }

    @Test("of a torn line only what is whole names somebody")
    func names() {
        let line = "since-boot A 1 1 1 host; unacknowledged A 1 1 1 mailbox sim:cxl; acknowledged A host # 0f"
        for (end, names) in [
            (10, []), (23, []), (24, ["this host"]), (60, ["this host"]), (63, ["this host"]),
            (64, ["this host", "sim:cxl"]), (line.utf8.count, ["this host", "sim:cxl"]),
        ] {
            #expect(LedgerLine.names(inTorn: Array(line.utf8)[..<end]) == names, "\(end)")
        }
        #expect(LedgerLine.names(inTorn: [0, 0, 65]) == [] && LedgerLine.names(inTorn: []) == [])
    }

    @Test("an older one that was put back is a loss, also where the newer was written anew since")
    func older() throws {
        let disk = MemoryDisk()
        let limits = LedgerLimits(spareBytes: 300)
        let ledger = try open(disk, limits: limits)
        var copies: [[UInt8]] = []
        for number in 0..<40 as Range<UInt64> {
            copies.append(disk.bytes)
            _ = try ledger.raise(.vendor, mailbox: MailboxIdentity(name: .simulated("m\(number)")), time: number)
            if ledger.dirtySince != nil { try ledger.flush() }
        }
        #expect(disk.replacements.count >= 3)
        let mark = noted.all[0]
        for copy in copies {
            noted.note(mark)
            guard case .behind(let lines, 0, []) = try loss(copy) else {
                Issue.record("not seen")
                continue
            }
            #expect(lines > 0)
        }
    }

    @Test("another host's, one of 0.1.0, and one whose lines are others are no ledger of this place")
    func another() throws {
        let disk = MemoryDisk()
        try filled(disk)
        let mark = noted.all[0]
        let other = MemoryDisk()
        _ = try TaintLedger(other, path: "taint", boot: Self.boot, limits: LedgerLimits())
        #expect(try loss(other.bytes) == .another)
        noted.note(LedgerMark(ledger: mark.ledger, lines: mark.lines - 1, digest: String(repeating: "0", count: 32)))
        #expect(try loss(disk.bytes) == .another)
        noted.note(mark)
        let first = "doe-audit-taint 1\nboot \(Self.boot)\nsince-boot V 1 1 1 host\n"
        let old = first + "sha256 \(SHA256Digest(of: Array(first.utf8)))\n"
        #expect(try loss(Array(old.utf8)) == .another)
    }

    @Test("a crash between the ledger and its mark is none, wherever it comes, also where the file was written anew")
    func crash() throws {
        let disk = MemoryDisk()
        let limits = LedgerLimits(spareBytes: 300)
        let ledger = try open(disk, limits: limits)
        for number in 0..<30 as Range<UInt64> {
            let before = noted.all[0]
            _ = try ledger.raise(.vendor, mailbox: MailboxIdentity(name: .simulated("m\(number)")), time: number)
            if ledger.dirtySince != nil { try ledger.flush() }
            let after = noted.all[0]
            for mark in [before, after] {
                let marks = [mark]
                let next = try TaintLedger(
                    MemoryDisk(disk.bytes), path: "taint", boot: Self.boot, limits: limits,
                    marks: LedgerMarks(marks, doubt: nil))
                #expect(next.finding == nil && next.hostLetters == .vendor)
            }
            #expect(after.lines > before.lines && after.ledger == before.ledger)
        }
        #expect(disk.replacements.count >= 3)
    }

    @Test("a new ledger, and one of which nothing was noted, are none")
    func nothingNoted() throws {
        #expect(try open(MemoryDisk()).finding == .begun)
        #expect(try open(MemoryDisk()).finding?.isLoss == true)
        #expect(noted.all.count == 1)
        let disk = MemoryDisk()
        _ = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
        let again = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
        #expect(again.finding == nil && again.notices.isEmpty)
    }

    @Test("a loss that cannot be written is owed, and found again by the next start")
    func unwritable() throws {
        let disk = MemoryDisk()
        try filled(disk)
        let cut = Array(disk.bytes[...(disk.bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? 0)])
        for _ in 0..<2 {
            let stuck = MemoryDisk(cut)
            stuck.stick(true)
            let ledger = try open(stuck)
            #expect(ledger.hostLetters.contains(.lost) && ledger.owed.map(\.letters) == [.lost])
            #expect(ledger.dirtySince != nil && ledger.trouble != nil)
            #expect(throws: TaintError.self) { try ledger.raise(.vendor, mailbox: nil, time: 9) }
            #expect(stuck.bytes == cut, "nothing is added to what is left")
        }
    }

    @Test("a loss is told before the write that makes it show no more, and where nothing can be written, too")
    func order() throws {
        for isStuck in [false, true] {
            let disk = MemoryDisk()
            try filled(disk)
            let cut = Array(disk.bytes[...(disk.bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? 0)])
            let older = MemoryDisk(cut)
            older.stick(isStuck)
            var told: [LedgerFinding] = []
            _ = try TaintLedger(
                older, path: "taint", boot: Self.boot, limits: LedgerLimits(), marks: noted.marks
            ) {
                told.append($0)
                #expect(older.bytes == cut)
            }
            #expect(told == [.behind(lines: 1, torn: 0, of: [])])
        }
    }

    @Test("one of which nothing shows that it is the last is a loss after a kill, and a torn line is told with it")
    func unproven() throws {
        let disk = MemoryDisk()
        try filled(disk)
        for torn in ["", "since-boot B 1 1 1 host; unackn"] {
            let killed = MemoryDisk(disk.bytes + Array(torn.utf8))
            let ledger = try TaintLedger(
                killed, path: "taint", boot: Self.boot, limits: LedgerLimits(),
                marks: LedgerMarks(noted.all, doubt: "x is not there"))
            let words = ledger.finding.map { "\($0)" } ?? ""
            #expect(ledger.finding?.status == "ledger-unproven" && words.contains("killed, and x is not there"))
            #expect(words.contains("31 bytes were taken away") == !torn.isEmpty)
            #expect(ledger.hostLetters.contains(.lost) && killed.text.contains("unacknowledged L"))
            // What is known to be missing says more.
            let behind = try TaintLedger(
                MemoryDisk(Array(disk.bytes.dropLast(40))), path: "taint", boot: Self.boot, limits: LedgerLimits(),
                marks: LedgerMarks(noted.all, doubt: "x is not there"))
            #expect(behind.finding?.status == "ledger-behind")
        }
    }

    @Test("one that came further than it had at an orderly end is another one; after a kill it is none")
    func further() throws {
        let disk = MemoryDisk()
        try filled(disk)
        let last = try #require(noted.all.first)
        for limits in [LedgerLimits(), LedgerLimits(spareBytes: 0)] {
            // A clone goes on with it: by more lines, or whole, so that the last line is not there to be compared.
            let cloned = MemoryDisk(disk.bytes)
            do {
                let clone = try TaintLedger(cloned, path: "taint", boot: Self.boot, limits: limits)
                for number in 0..<60 as Range<UInt64> {
                    _ = try clone.raise(.vendor, mailbox: MailboxIdentity(name: .simulated("c\(number)")), time: number)
                    if clone.dirtySince != nil { try clone.flush() }
                }
            }
            for isLast in [true, false] {
                let ledger = try TaintLedger(
                    MemoryDisk(cloned.bytes), path: "taint", boot: Self.boot, limits: LedgerLimits(),
                    marks: LedgerMarks([last], doubt: nil, last: isLast ? last : nil))
                #expect(ledger.finding == (isLast ? .another : nil))
                #expect(ledger.unacknowledgedLetters.contains(.lost) == isLast)
            }
        }
        let same = try TaintLedger(
            disk, path: "taint", boot: Self.boot, limits: LedgerLimits(),
            marks: LedgerMarks([last], doubt: nil, last: last))
        #expect(same.finding == nil && same.mark == last)
    }

    @Test("there is doubt after a kill alone, where the ring knows of a ledger and the runtime directory does not")
    func doubt() {
        let (file, ring) = (Self.mark(lines: 7), Self.mark(lines: 5))
        let places: [(LedgerMarkFile.Found, doubt: String?)] = [
            (.mark(file), nil), (.nothing("x is not there"), "x is not there"),
            (.unusable("x is a pipe"), "x is a pipe"),
        ]
        for (found, doubt) in places {
            for isAhead in [false, true] {
                for ring in [ring, nil] {
                    let marks = LedgerMarks(found: found, ring: ring, isAhead: isAhead, isLast: !isAhead)
                    #expect(marks.last == (isAhead ? nil : ring))
                    #expect(marks.doubt == (isAhead && ring != nil ? doubt : nil))
                    let noted = if case .mark(let mark) = found { [mark] } else { [LedgerMark]() }
                    #expect(marks.all == noted + [ring].compactMap(\.self))
                }
            }
        }
        #expect(LedgerMarks().all.isEmpty && LedgerMarks().doubt == nil)
    }

    private static func mark(lines: UInt64) -> LedgerMark {
        LedgerMark(ledger: .max, lines: lines, digest: String(repeating: "b", count: 32))
    }

    @Test("numbers that no daemon comes to are damage, and the highest that is believed is no trap")
    func extremes() throws {
        for lines in [LedgerMark.mostLines, LedgerMark.mostLines + 1, .max - 1, .max] {
            var digest = ""
            let bytes =
                LedgerLine.bytes("doe-audit-taint 2", after: &digest)
                + LedgerLine.bytes([.boot(Self.boot), .ledger(7, linesBefore: lines)], after: &digest)
            let disk = MemoryDisk(bytes)
            guard lines <= LedgerMark.mostLines else {
                let error = #expect(throws: TaintError.self) {
                    _ = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
                }
                #expect(error?.reason == .damaged)
                continue
            }
            let ledger = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits(spareBytes: 0))
            for number in 0..<9 as Range<UInt64> {
                _ = try ledger.raise(.vendor, mailbox: MailboxIdentity(name: .simulated("m\(number)")), time: number)
                if ledger.dirtySince != nil { try ledger.flush() }
            }
        }
    }
}
