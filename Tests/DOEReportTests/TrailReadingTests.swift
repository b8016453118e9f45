@testable import DOEAuditTrail
import DOELinux
import DOERecord
@testable import DOEReport
import DOEWords
import Glibc
import TestSupport
import Testing

@Suite("A time of a real journal") struct TrailReadingTests {
    private let directory = TemporaryDirectory()

    /// What is read back is believed only where root wrote it.
    private var isRoot: Bool {
        if geteuid() == 0 { return true }
        print("\nNOT TESTED: a time of a real journal: the trail is what root wrote, and root does not run this")
        return false
    }

    /// Records as a daemon of root's sends them, in two parts; the time between the parts.
    private func journal(_ early: [Record], _ late: [Record]) throws -> (TrailSource, between: UInt64) {
        let journal = try PrivateJournal(in: directory.path + "/j")
        var socket = JournalSocket(path: journal.socket)
        func send(_ records: [Record], sum: Int) throws {
            for record in records { try socket.send(record.encoded) }
            for _ in 0..<3000 {
                var count = 0
                _ = try JournalReader(.journal(journal.source)).read { _ in count += 1 }
                if count == sum { return }
                usleep(10_000)
            }
            Issue.record("journald has not taken \(sum) records")
        }
        try send(early, sum: early.count)
        let between = Clocks.realtimeMicroseconds
        try send(late, sum: early.count + late.count)
        return (.journal(journal.source), between)
    }

    /// Eight records, the first five long ago.
    private func records() -> [Record] {
        var trail = TrailMaker.night()
        let now = Clocks.realtimeMicroseconds
        for place in 0..<8 {
            trail.setTime(now + (place < 5 ? UInt64(place) : 3_600_000_000 + UInt64(place)), at: place)
        }
        return trail.records
    }

    private func read(
        _ source: TrailSource, since: UInt64, wanted: [RecordAnchor] = []
    ) throws -> (pass: TrailPass, told: [UInt64], restarts: Int) {
        var told: [UInt64] = []
        var restarts = 0
        let reading = TrailReading(try JournalReader(source), wanted: wanted)
        // What took so long here as an exchange may take would take the test as long.
        let window = TimeWindow(since: since, slack: 0)
        let (pass, _) = try reading.read(TrailPass(window: window, watching: wanted)) {
            restarts += 1
            told = []
        } _: { entry, finding in
            if finding == .new { told.append(entry.record.sequence ?? 0) }
        }
        return (pass, told, restarts)
    }

    @Test("of a time that closes only that time is read") func aTimeThatCloses() throws {
        guard isRoot else { return }
        let records = records()
        let (source, between) = try journal(Array(records[..<5]), Array(records[5...]))
        let anchor = RecordAnchor(
            instance: records[0].instance ?? "", sequence: 8, digest: SHA256Digest(of: records[7].encoded))
        let (pass, told, restarts) = try read(source, since: between, wanted: [anchor])
        #expect(told == [6, 7, 8] && restarts == 0)
        #expect(pass.chain.gaps(in: pass.window).isEmpty && pass.chain.breaks.isEmpty)
        let seen = try #require(pass.chain.instances.values.first?.seen)
        #expect(seen.ranges == [5...8], "the one before was looked up")
        // The last one lies before the time that is asked for, and is there.
        let idle = try read(source, since: .max >> 1, wanted: [anchor])
        #expect(idle.told.isEmpty && idle.restarts == 0)
        #expect(idle.pass.chain.instances.values.first?.seen.ranges == [8...8])
        // An end is an end: of what came long after it nothing is read.
        var entries = 0
        let early = TrailReading(try JournalReader(source))
        let window = TimeWindow(since: 1, until: between - 600_000_000)
        let (quiet, _) = try early.read(TrailPass(window: window)) {
            Issue.record("all was read")
        } _: { _, _ in
            entries += 1
        }
        #expect(entries == 0 && quiet.records == 0 && quiet.hasSeenAny)
        // One is wanted that is not there: everything is read to see what is.
        let beyond = RecordAnchor(instance: anchor.instance, sequence: 9, digest: anchor.digest)
        let missed = try read(source, since: .max >> 1, wanted: [beyond])
        #expect(missed.restarts == 1 && missed.pass.chain.instances.values.first?.seen.ranges == [1...8])
    }

    @Test("a record that is missing where the time begins is missed") func theStartIsLookedUp() throws {
        guard isRoot else { return }
        let records = records()
        let (source, between) = try journal(Array(records[..<4]), Array(records[5...]))
        let (pass, told, restarts) = try read(source, since: between)
        #expect(told == [6, 7, 8] && restarts == 1)
        #expect(pass.chain.gaps(in: pass.window).map { $0.first...$0.last } == [5...5])
    }

    @Test("what journald received at another time belongs where its number is") func anotherTime() throws {
        guard isRoot else { return }
        var trail = TrailMaker.night()
        let now = Clocks.realtimeMicroseconds
        for place in 0..<8 { trail.setTime(now + (place < 5 ? 0 : 3_600_000_000), at: place) }
        // The clock of the seventh was wrong, and journald's was too: it stands before the time.
        trail.setTime(now - 1_000_000_000, at: 6)
        let records = trail.records
        let (source, between) = try journal(
            Array(records[..<5]) + [records[6]], [records[5], records[7]])
        let (pass, told, restarts) = try read(source, since: between)
        #expect(restarts == 1)
        #expect(pass.chain.gaps(in: pass.window).isEmpty)
        #expect(told == [6, 8] && pass.misdated == 1, "it came before any record of that time, and is told")
        let inOrder = TrailPass.of(records, since: between)
        #expect(inOrder.records == 3)
    }

    @Test("a record of that time is read although journald had it before") func theClockWasSetBack() throws {
        guard isRoot else { return }
        var trail = TrailMaker.night()
        let now = Clocks.realtimeMicroseconds
        for place in 0..<8 {
            let ahead: UInt64 = (1...3).contains(place) ? 3_600_000_000 : 0
            trail.setTime(now + (place < 5 ? ahead : 1_800_000_000) + UInt64(place), at: place)
        }
        let records = trail.records
        let (source, between) = try journal([0, 1, 3, 4].map { records[$0] }, Array(records[5...]))
        let (pass, told, restarts) = try read(source, since: between)
        #expect(told == [2, 4, 5, 6, 7, 8] && restarts == 1)
        #expect(pass.chain.gaps(in: pass.window).map { $0.first...$0.last } == [3...3])
    }

    @Test("where an instance begins within that time, the end of the one before it is looked up")
    func theOneBefore() throws {
        guard isRoot else { return }
        var trail = TrailMaker.night()
        let now = Clocks.realtimeMicroseconds
        for place in 0..<8 { trail.setTime(now + UInt64(place), at: place) }
        var next = TrailMaker.after(trail, instance: String(repeating: "6b", count: 16))
        next.setTime(now + 3_600_000_000, at: 0)
        let early = trail.records
        let (source, between) = try journal(early, next.records)
        let whole = try read(source, since: between)
        #expect(whole.told == [1] && whole.restarts == 0)
        #expect(whole.pass.chain.instances.values.map(\.seen.ranges).contains([8...8]), "that one record alone")
        let other = TrailReadingTests()
        let (cutSource, cutBetween) = try other.journal(Array(early.dropLast()), next.records)
        defer { withExtendedLifetime(other) {} }
        let cut = try read(cutSource, since: cutBetween)
        #expect(cut.restarts == 1 && cut.pass.chain.instances.values.map(\.seen.ranges).contains([1...7]))
        let check = try TrailVerifier.verify(cutSource, stateDirectory: nil, since: cutBetween)
        #expect(check.outcome == .broken && check.unexplainedGaps.map { $0.first...$0.last } == [8...8])
    }
}

extension TrailPass {
    fileprivate static func of(_ records: [Record], since: UInt64) -> TrailPass {
        var pass = TrailPass(window: TimeWindow(since: since))
        for record in records { _ = pass.take(TrailEntry(record: record, writerUID: 0)) }
        return pass
    }
}
