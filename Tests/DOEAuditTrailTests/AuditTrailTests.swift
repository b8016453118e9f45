@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Synchronization
import TestSupport
import Testing

/// With a fake journald: what is sent, numbered and kept. Nothing is ever confirmed, since there is no journal.
@Suite struct AuditTrailTests {
    private let directory = TemporaryDirectory()

    private func trail(capacity: Int = 16) throws -> AuditTrail {
        // Nothing is ever confirmed here, and however slow the machine is, no delay is to be recorded.
        try AuditTrail(
            stateDirectory: directory.path, journal: endpoint,
            options: TrailCore.Options(slotCount: capacity, delayLimit: .max))
    }

    private var endpoint: JournalEndpoint {
        JournalEndpoint(socket: directory.path + "/socket", source: .directory(directory.path))
    }

    private func record(_ message: String = "CDAT read") -> Record {
        var record = Record(.exchangeAllowed, priority: .info, message: message)
        record.object = .tableAccess
        return record
    }

    private func next(_ journald: FakeJournald) throws -> Record {
        try Record(encoded: try #require(journald.next(), "nothing was sent"))
    }

    @Test func closedRecordsArriveNumberedStampedAndChained() throws {
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        #expect(trail.recovery.continuity == .newRing)
        var open = try trail.open(record(), durability: .disk)
        open.record[.status] = "done"
        open.record[.sequence] = "999"
        #expect(try open.close() == 1)
        #expect(try trail.write(Record(.daemonStarted, priority: .notice, message: "serving")) == 2)

        let first = try next(journald)
        #expect(first[.status] == "done")
        #expect(first.sequence == 1)
        #expect(first.chain == .zero)
        #expect(first.instance == trail.status.instance)
        #expect(first[.boot] == (try BootID.current()))
        #expect(first[.schema] == "5")
        #expect((first.time ?? 0) <= Clocks.realtimeMicroseconds)
        let second = try next(journald)
        #expect(second.sequence == 2)
        #expect(second.chain == SHA256Digest(of: first.encoded))
    }

    @Test func numbersAreGivenAtTheCloseInItsOrder() throws {
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        let slow = try trail.open(record("slow"), durability: .memory)
        let quick = try trail.open(record("quick"), durability: .memory)
        #expect(try quick.close() == 1)
        #expect(try slow.close() == 2)
        #expect(try next(journald).message == "quick")
        #expect(try next(journald).message == "slow")
    }

    @Test func aForgottenRecordIsClosedAsAFailure() throws {
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        do {
            let open = try trail.open(record(), durability: .memory)
            #expect(open.record.object == .tableAccess)
        }
        let forgotten = try next(journald)
        #expect(forgotten.event == .exchangeFailed)
        #expect(forgotten.priority == .error)
        #expect(forgotten[.status] == "forgotten")
        #expect(forgotten.object == .tableAccess)
        #expect(trail.status.open == 0)
    }

    @Test func aFullRingRefusesExchangesAndStillTakesTheDaemonsOwnEvents() throws {
        let trail = try trail(capacity: 8)
        for _ in 0..<(8 - TrailCore.reserve) { try trail.write(record()) }
        let error = #expect(throws: TrailError.self) { _ = try trail.open(record(), durability: .memory) }
        #expect(error?.reason == .full)
        #expect(error?.remedy != nil)
        for _ in 0..<TrailCore.reserve { try trail.write(record()) }
        #expect(throws: TrailError.self) { try trail.write(record()) }
        let status = trail.status
        #expect(status.capacity == 8)
        #expect(status.unconfirmed == 8)
        #expect(status.sequence == 8)
        #expect(status.oldestAge != nil)
    }

    @Test func withoutJournaldNothingWaitsAndTheStatusSaysWhatIsWrong() throws {
        let trail = try trail()
        try trail.write(record())
        while trail.status.troubles.isEmpty { #expect(!trail.flush(withinMicroseconds: 20_000)) }
        #expect(trail.status.troubles.contains { $0.contains("systemd-journald") })
        #expect(trail.status.unsent == 1)
        let journald = FakeJournald(path: endpoint.socket)
        _ = trail.flush(withinMicroseconds: 1)
        #expect(try next(journald).sequence == 1)
    }

    @Test func theStatusIsToldWhileTheDiskHoldsUpARecord() throws {
        let trail = try trail()
        try trail.write(record())
        // As a writer that hangs holds it; a status that wanted it would never come.
        let sequence = trail.core.numbering.withLock { _ in trail.status.sequence }
        #expect(sequence == 1)
    }

    @Test func whatWaitsAtTheEndIsHandedOverBeforeIt() throws {
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        // None of them is loud: they would wait for more.
        for _ in 0..<5 { try trail.write(record()) }
        trail.stop()
        #expect(trail.status.unsent == 0)
        #expect(try (1...5).map { _ in try next(journald).sequence } == [1, 2, 3, 4, 5])
    }

    @Test func anEndWithoutJournaldLeavesWhatWaitsInTheRing() throws {
        let trail = try trail()
        for _ in 0..<5 { try trail.write(record()) }
        trail.stop()
        #expect(trail.status.unsent == 5)
    }

    @Test func aFlushWithoutALimitIsNoTrap() throws {
        #expect(try trail().flush(withinMicroseconds: .max))
    }

    @Test func aRestartDeliversWhatWasClosedAndGoesOnNumbering() throws {
        let instance: String
        var last: Record?
        do {
            let journald = FakeJournald(path: endpoint.socket)
            let trail = try trail()
            instance = trail.status.instance
            for _ in 0..<3 { try trail.write(record()) }
            for _ in 0..<3 { last = try next(journald) }
            trail.stop()
            #expect(throws: TrailError.self) { try trail.write(record()) }
        }
        // A journal that can be read, and is empty: what was found is sent again.
        let journal = try PrivateJournal(in: directory.path + "/j")
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try AuditTrail(
            stateDirectory: directory.path, journal: JournalEndpoint(socket: endpoint.socket, source: journal.source))
        #expect(trail.recovery.continuity == .continued)
        #expect(trail.recovery.undelivered == 3)
        #expect(trail.status.open == 0)
        #expect(trail.status.instance == instance)
        #expect(try trail.write(record()) == 4)
        let sent = try (0..<4).map { _ in try next(journald) }.sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
        #expect(sent.map(\.sequence) == [1, 2, 3, 4])
        #expect(sent[3].chain == SHA256Digest(of: try #require(last).encoded))
    }

    @Test func afterAPowerCutANewInstanceBeginsAndSaysSo() throws {
        let before = String(repeating: "c", count: 32)
        do {
            let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8).ring
            try ring.write(
                RingProgress(
                    generation: 1, instance: before, sequence: 41, chain: SHA256Digest(of: [41]),
                    boot: String(repeating: "d", count: 32), isClean: false))
        }
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        #expect(trail.recovery.continuity == .powerCut && trail.recovery.isLoss)
        #expect(trail.status.instance != before)
        trail.recordLoss()
        let told = try next(journald)
        #expect(told.event == .recordsLost)
        #expect(told.sequence == 1)
        #expect(told.chain == .zero)
        // Whoever checks the trail later knows by that where the one before ended.
        #expect(told.before == RecordAnchor(instance: before, sequence: 41, digest: SHA256Digest(of: [41])))
        let second = try trail.write(record())
        let next = try next(journald)
        #expect(next.sequence == second && next.before == nil)
        #expect(trail.status.anchor?.digest == SHA256Digest(of: next.encoded))
        #expect(trail.status.anchor?.sequence == 2)
    }

    /// Makes the ring look as if the machine had gone down: the progress of another boot, not clean.
    private func cutThePower() throws {
        let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8)
        var progress = try #require(ring.content.progress)
        progress.generation += 1
        progress.boot = String(repeating: "d", count: 32)
        progress.isClean = false
        try ring.ring.write(progress)
    }

    @Test func afterAPowerCutAFullRingStillStartsAndItsLossIsStillOwed() throws {
        do {
            let trail = try trail(capacity: 8)
            for _ in 0..<8 { try trail.write(record()) }
        }
        try cutThePower()
        do {
            let trail = try trail()
            #expect(trail.recovery.continuity == .powerCut)
            #expect(trail.recovery.undelivered == 8)
            trail.recordLoss()
            #expect(trail.status.sequence == 0, "no room for the record of the loss")
        }
        // It was stopped in order, and the loss is not forgotten all the same.
        let next = try trail()
        #expect(next.recovery.continuity == .continued && next.recovery.isLoss)
        #expect(next.core.state.withLock { $0.foundLosses.map { $0[.status] } } == ["power-cut"])
    }

    @Test func aDaemonKilledBeforeItRecordsALossLeavesThatToTheNext() throws {
        do { _ = try trail() }
        try cutThePower()
        let journald = FakeJournald(path: endpoint.socket)
        do {
            // As far as the first progress of this boot: then it is killed.
            let (ring, content) = try Ring.open(path: directory.path + "/ring", slotCount: 8)
            var progress = try #require(content.progress)
            progress.generation += 1
            progress.boot = try BootID.current()
            progress.owesLoss = true
            try ring.write(progress)
        }
        // Killed again, before the taint: it is still owed.
        for _ in 0..<3 { #expect(try trail().recovery.isLoss) }
        do {
            let trail = try trail()
            #expect(trail.recovery.continuity == .continued)
            trail.recordLoss()
            let told = try next(journald)
            #expect(told.event == .recordsLost && told.taint == .lost)
            // A daemon of before the kinds stood there wrote that one is owed.
            #expect(told[.status] == "ring-damaged")
        }
        #expect(try trail().recovery.continuity == .continued, "it is told once")
    }

    @Test func aSlotThatWasCutInItsHeaderIsToldOnce() throws {
        do {
            let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8).ring
            try ring.open(slot: 1, ticket: 1, content: record().encoded)
        }
        let whole = try WholeFile.read(directory.path + "/ring", limit: 1 << 20)
        try AtomicFile.write(
            Array(whole.prefix(RingLayout.offset(ofSlot: 1) + 60)), to: directory.path + "/ring", mode: 0o600)
        do {
            let trail = try trail()
            #expect(trail.recovery.lost.count == 1)
            trail.recordLoss()
        }
        #expect(try trail().recovery.lost.isEmpty)
    }

    @Test func aDamagedRingIsUsableAndItsLossIsRecordedAsAnAlert() throws {
        do {
            let trail = try trail()
            try trail.write(record())
        }
        let file = try #require(FileInPlace(directory.path + "/ring"))
        // Both halves of the record's slot.
        let ring = try WholeFile.read(directory.path + "/ring", limit: 1 << 20)
        let slot = try #require((0..<16).first { ring[RingLayout.offset(ofSlot: $0)] != 0 })
        try file.descriptor.write(
            [UInt8](repeating: 7, count: 128), at: RingLayout.offset(ofSlot: slot), subject: "the ring")
        let journald = FakeJournald(path: endpoint.socket)
        do {
            let trail = try trail()
            #expect(trail.recovery.continuity == .damaged)
            #expect(trail.recovery.lost == ["slot \(slot): the record in it is damaged"] && trail.recovery.isLoss)
            trail.recordLoss()
            let alert = try next(journald)
            #expect(alert.event == .recordsLost)
            #expect(alert.priority == .alert)
            #expect(alert.message.contains("slot \(slot)"))
        }
        #expect(try trail().recovery.lost.isEmpty, "it is told once")
    }

    @Test func manyThreadsGetEachNumberOnceAndTheChainHolds() async throws {
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail(capacity: 256)
        let numbers = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for thread in 0..<4 {
                group.addTask {
                    try (0..<20).map { turn in
                        let open = try trail.open(self.record("\(thread).\(turn)"), durability: .memory)
                        return try open.close()
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.sorted() == (1...80).map { UInt64($0) })
        var chain = SHA256Digest.zero
        for number in 1...80 {
            let record = try next(journald)
            #expect(record.sequence == UInt64(number))
            #expect(record.chain == chain)
            chain = SHA256Digest(of: record.encoded)
        }
    }
}
