@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite("Records that stand open beyond the daemon's end")
struct StandingRecordTests {
    private let directory = TemporaryDirectory()
    private static let mark = LedgerMark(ledger: 7, lines: 12, digest: String(repeating: "a", count: 32))

    private var endpoint: JournalEndpoint {
        JournalEndpoint(socket: directory.path + "/socket", source: .directory(directory.path + "/no-journal"))
    }

    /// A daemon, which ends in order with `stop` or as a kill leaves it without.
    private func trail(boot: String? = nil) throws -> AuditTrail {
        var options = TrailCore.Options(slotCount: 8, runtimeDirectory: directory.path)
        options.boot = boot
        return try AuditTrail(stateDirectory: directory.path, journal: endpoint, options: options)
    }

    private static func owed(_ mailbox: String, _ letters: TaintLetters = .abort) throws -> Record {
        var record = Record(.taintOwed, priority: .warning, message: "Taint is owed")
        record.describe(MailboxIdentity(name: try #require(MailboxName(mailbox))))
        record.taint = letters
        record[.status] = "owed"
        return record
    }

    @Test("are handed to each next daemon, after a kill and after an orderly end, and no mailbox is aborted for them")
    func handedOn() throws {
        do { _ = try trail().stand(Self.owed("sim:cxl")) }
        for _ in 0..<2 {
            let trail = try trail()
            let found = trail.takeStanding()
            #expect(found.map(\.record.taint) == [.abort] && found.first?.record.mailbox == MailboxName("sim:cxl"))
            #expect(trail.takeStanding().isEmpty && trail.takeInterrupted() == nil)
            trail.stop()
        }
    }

    @Test("keep no end from being an orderly one: the next boot finds no loss")
    func orderly() throws {
        let instance = try {
            let before = try trail()
            _ = try before.stand(Self.owed("sim:cxl"))
            before.stop()
            return before.status.instance
        }()
        let after = try trail(boot: String(repeating: "b", count: 32))
        #expect(!after.recovery.isLoss && after.recovery.continuity == .succeeded)
        #expect(after.takeStanding().count == 1 && after.status.instance != instance)
    }

    @Test("are closed once, by whichever daemon, and then nobody is handed them")
    func closed() throws {
        do { _ = try trail().stand(Self.owed("sim:cxl")) }
        do {
            let journald = FakeJournald(path: endpoint.socket)
            let trail = try trail()
            let found = try #require(trail.takeStanding().first)
            var record = found.record
            record[.status] = "kept"
            try found.close(as: record)
            let told = try Record(encoded: try #require(journald.next()))
            #expect(told.event == .taintOwed && told[.status] == "kept" && told.sequence == 1)
            #expect(trail.status.open == 0)
        }
        #expect(try self.trail().takeStanding().isEmpty)
    }

    @Test("may take a slot where nobody else gets one")
    func full() throws {
        let trail = try trail()
        let record = Record(.policyLoaded, priority: .info, message: "x")
        while (try? trail.open(record, durability: .memory).close()) != nil {}
        for _ in 0..<TrailCore.reserve { _ = try trail.stand(Self.owed("sim:cxl")) }
        #expect(throws: TrailError.self) { try trail.stand(Self.owed("sim:cxl")) }
    }

    @Test("what else was opened when it had happened is closed as it is: no mailbox is aborted for it")
    func others() throws {
        var acknowledged = Record(.taintAcknowledged, priority: .notice, message: "Taint was acknowledged by uid 0: x")
        acknowledged.acknowledged = .vendor
        acknowledged.describe(MailboxIdentity(name: .simulated("cxl")))
        var observed = Record(.exchangeObserved, priority: .error, message: "seen")
        observed.describe(MailboxIdentity(name: .simulated("cxl")))
        observed.verdict = .observed
        // As a kill between the two halves leaves them.
        do {
            let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8).ring
            try ring.write(
                RingProgress(
                    generation: 1, instance: String(repeating: "c", count: 32), sequence: 41,
                    chain: SHA256Digest(of: [9]), boot: try BootID.current(), isClean: false))
            for (slot, record) in [acknowledged, observed].enumerated() {
                try ring.open(slot: slot, ticket: UInt64(slot + 1), content: record.encoded)
            }
        }
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try AuditTrail(stateDirectory: directory.path, journal: endpoint, capacity: 8)
        #expect(trail.takeInterrupted() == nil && trail.status.open == 0)
        let first = try Record(encoded: try #require(journald.next()))
        #expect(first.event == .taintAcknowledged && first[.status] == "interrupted" && first.priority == .warning)
        #expect(first.acknowledged == [])
        #expect(first.message.contains("shows whether it came into force: Taint was acknowledged by uid 0"))
        let second = try Record(encoded: try #require(journald.next()))
        #expect(second.event == .exchangeObserved && second.message == "seen" && second[.status] == nil)
    }

    @Test("how far the taint ledger has come is in the ring's progress, over kills and ends")
    func ledger() throws {
        do {
            let trail = try trail()
            #expect(trail.recovery.ledger == nil)
            trail.noteLedger(Self.mark)
            trail.stop()
        }
        // A kill of the next one, which notes nothing, takes nothing away.
        for _ in 0..<2 { #expect(try trail().recovery.ledger == Self.mark) }
        let next = LedgerMark(ledger: 7, lines: 13, digest: String(repeating: "b", count: 32))
        do {
            let trail = try trail()
            trail.noteLedger(next)
            trail.stop()
        }
        #expect(try trail(boot: String(repeating: "b", count: 32)).recovery.ledger == next)
    }

    @Test("the ledger may have come further than the ring says until a daemon that notes it ends in order, or a boot")
    func ahead() throws {
        func isAhead(boot: String, notes: Bool = false, endsInOrder: Bool = false) throws -> Bool {
            var options = TrailCore.Options(slotCount: 8, runtimeDirectory: directory.path)
            options.boot = String(repeating: boot, count: 32)
            let (core, recovery) = try TrailCore.recover(path: directory.path + "/ring", options)
            if notes {
                core.state.withLock { ($0.ledger, $0.isLedgerAhead, $0.hasNotedLedger) = (Self.mark, true, true) }
                core.noteLedger()
            }
            if endsInOrder { try core.writeProgress(isClean: true) }
            return recovery.isLedgerAhead
        }
        #expect(try !isAhead(boot: "a"), "a new ring")
        #expect(try !isAhead(boot: "a", notes: true), "after a kill before anything was noted")
        #expect(try isAhead(boot: "a"), "after a kill")
        #expect(try isAhead(boot: "a", endsInOrder: true), "after two")
        #expect(try isAhead(boot: "a", notes: true, endsInOrder: true), "after one that could not read the ledger")
        #expect(try !isAhead(boot: "a"), "after an orderly end")
        #expect(try !isAhead(boot: "a", notes: true), "after a kill before anything was noted")
        #expect(try !isAhead(boot: "b", notes: true), "after a boot")
        #expect(try isAhead(boot: "b"))
    }

    @Test("it is known to have come so far and no further after an orderly end that says so, and until the next start")
    func last() throws {
        let other = LedgerMark(ledger: 7, lines: 13, digest: String(repeating: "b", count: 32))
        func isLast(_ work: (AuditTrail) -> Void) throws -> Bool {
            do {
                let before = try trail()
                work(before)
                before.stop()
            }
            // One that is killed right after its start takes it away, as it may have written to the ledger.
            let isLast = try { try trail().recovery.isLedgerLast }()
            #expect(try !{ try trail().recovery.isLedgerLast }())
            return isLast
        }
        func end(at mark: LedgerMark?, _ trail: AuditTrail) {
            trail.noteLedger(Self.mark)
            trail.noteLastLedger(mark)
        }
        #expect(try isLast { end(at: Self.mark, $0) })
        #expect(try !isLast { $0.noteLastLedger(Self.mark) }, "one that could not read the ledger")
        #expect(try !isLast { end(at: nil, $0) }, "nobody knows how it stands on the disk")
        #expect(try !isLast { end(at: other, $0) }, "another mark than was noted")
        #expect(
            try !isLast {
                end(at: Self.mark, $0)
                $0.noteLedger(other)
            }, "a letter came after it")
    }

    @Test("each mark of the ledger is in the ring when the trail was told of it, and disturbs nothing")
    func atOnce() throws {
        let trail = try trail()
        let looker = try WorkerThread(name: "looker") { for _ in 0..<300 { trail.core.look() } }
        for lines in 1...300 as ClosedRange<UInt64> {
            let mark = LedgerMark(ledger: 7, lines: lines, digest: String(repeating: "a", count: 32))
            trail.noteLedger(mark)
            let bytes = try WholeFile.read(directory.path + "/ring", limit: 1 << 20)
            let copies = RingLayout.progressOffsets.map { RingProgress(Array(bytes[$0..<$0 + RingProgress.size])) }
            #expect(copies.contains { $0?.ledger == mark && $0?.isLedgerAhead == true })
        }
        looker.join()
        #expect(trail.core.state.withLock { $0.disturbance } == nil)
    }

    @Test("the mark has its place in the progress, and nothing else there changes")
    func progress() throws {
        var progress = RingProgress(
            generation: 3, instance: String(repeating: "c", count: 32), sequence: 41, chain: SHA256Digest(of: [9]),
            boot: String(repeating: "d", count: 32), isClean: true)
        let without = progress.bytes
        progress.ledger = Self.mark
        #expect(RingProgress(progress.bytes) == progress && RingProgress(without)?.ledger == nil)
        var noted = progress
        noted.isLedgerAhead = true
        #expect(RingProgress(noted.bytes) == noted && RingProgress(without)?.isLedgerAhead == false)
        noted.isLedgerLast = true
        #expect(RingProgress(noted.bytes) == noted && RingProgress(without)?.isLedgerLast == false)
        #expect(progress.bytes.count == RingProgress.size)
        #expect(progress.bytes[..<ProgressPlace.ledger.lowerBound] == without[..<ProgressPlace.ledger.lowerBound])
    }
}
