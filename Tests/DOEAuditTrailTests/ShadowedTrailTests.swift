@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// A trail whose ring goes back to an earlier state between two daemons of the same boot.
@Suite struct ShadowedTrailTests {
    private let directory = TemporaryDirectory()
    private var ring: String { directory.path + "/ring" }
    private var shadow: String { directory.path + "/ring-shadow" }

    static var record: Record {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record[.mailbox] = "sim:cxl"
        return record
    }

    private func recover(shadowed: Bool = true) throws -> (TrailCore, TrailRecovery) {
        try TrailCore.recover(
            path: ring, TrailCore.Options(slotCount: 8, runtimeDirectory: shadowed ? directory.path : nil))
    }

    private func open(_ core: TrailCore) throws -> OpenSlot {
        try core.open(Self.record, durability: .memory, mayUseReserve: true)
    }

    @discardableResult private func write(_ core: TrailCore) throws -> OpenSlot {
        let slot = try open(core)
        _ = try core.close(Self.record, slot)
        return slot
    }

    private func content(of path: String) throws -> [UInt8] { try WholeFile.read(path, limit: 1 << 20) }

    private func put(_ bytes: [UInt8], to path: String) throws { try WholeFile.write(bytes, to: path, mode: 0o600) }

    private func loss(_ core: TrailCore) -> Record? { core.state.withLock { $0.foundLosses.first } }

    /// Two daemons, of which the first does `body` and dies, and the second finds the ring as it was when `body`
    /// called its argument.
    private func rollBack(_ body: (TrailCore, _ mark: () throws -> Void) throws -> Void) throws -> (
        core: TrailCore, recovery: TrailRecovery, before: String
    ) {
        var mark: [UInt8] = []
        let before: String
        do {
            let (core, _) = try recover()
            try body(core) { mark = try content(of: ring) }
            before = core.state.withLock { $0.numbering.instance }
        }
        try put(mark, to: ring)
        let (core, recovery) = try recover()
        return (core, recovery, before)
    }

    @Test func withoutAFaultNothingIsToldAndTheInstanceGoesOn() throws {
        var instance: String?
        for life in 0..<4 {
            let (core, recovery) = try recover()
            let numbering = core.state.withLock { $0.numbering }
            #expect(recovery.continuity == (life == 0 ? .newRing : .continued) && !recovery.isLoss)
            #expect(numbering.sequence == UInt64(life))
            #expect(instance == nil || numbering.instance == instance)
            instance = numbering.instance
            try write(core)
            if life == 2 { _ = try open(core) }
        }
    }

    @Test func recordsThatHaveGoneAreCountedOnRecordAndNoNumberComesAgain() throws {
        let (core, recovery, before) = try rollBack { core, mark in
            try write(core)
            let slot = try open(core)
            try mark()
            _ = try core.close(Self.record, slot)
            for _ in 0..<2 { try write(core) }
            _ = try open(core)
        }
        #expect(recovery.continuity == .rolledBack && recovery.isLoss)
        #expect(recovery.lost.map { $0.suffix(3) } == [": 3", ": 1"], "\(recovery.lost)")
        let numbering = core.state.withLock { $0.numbering }
        #expect(numbering.instance != before && numbering.sequence == 0)
        let told = try #require(loss(core))
        #expect(told[.status] == "ring-rolled-back" && told[.count] == "4" && told.taint == .lost)
        #expect(told.priority == .alert && told.message.contains("\(before)/4"), "\(told.message)")
        // What is there is taken up all the same.
        #expect(recovery.undelivered == 1 && core.state.withLock { $0.interrupted.count } == 1)
    }

    @Test func itIsToldOnce() throws {
        do {
            let (core, recovery, _) = try rollBack { core, mark in
                try mark()
                try write(core)
            }
            #expect(recovery.isLoss)
            core.recordLoss()
            try core.writeProgress(isClean: false)
        }
        let (_, recovery) = try recover()
        #expect(recovery.continuity == .continued && !recovery.isLoss && recovery.undelivered == 1)
    }

    @Test func aDaemonKilledBeforeItMadeItsOwnShadowLeavesTheLossToTheNext() throws {
        var old: [UInt8] = []
        do {
            let (_, recovery, _) = try rollBack { core, mark in
                try mark()
                try write(core)
                old = try content(of: shadow)
            }
            #expect(recovery.isLoss)
        }
        try put(old, to: shadow)
        let (core, recovery) = try recover()
        #expect(recovery.isLoss && loss(core)?[.status] == "ring-rolled-back")
    }

    @Test func whatTheJournalHoldsIsNotLostThoughTheNumbersHaveGoneBack() throws {
        let (core, recovery, before) = try rollBack { core, mark in
            try mark()
            // As far as the file system lets it: the journal has the record, and the ring cannot be written.
            try core.shadowFreeing(slots: [try write(core).slot])
        }
        #expect(recovery.continuity == .rolledBack && !recovery.isLoss && recovery.lost.isEmpty)
        #expect(core.state.withLock { $0.numbering.instance } != before)
    }

    /// All of it was on the disk: no error of a file system explains that it is not there any more.
    @Test func anOlderRingAfterAnOrderlyEndIsToldThoughNothingWaitedInTheNewer() throws {
        let (core, recovery, before) = try rollBack { core, mark in
            try core.shadowFreeing(slots: [try write(core).slot])
            try mark()
            try core.shadowFreeing(slots: [try write(core).slot])
            try core.endInOrder()
        }
        #expect(recovery.continuity == .rolledBack && recovery.isLoss && recovery.notices.isEmpty)
        let told = try #require(loss(core))
        #expect(told[.status] == "ring-rolled-back" && told[.count] == nil && told.taint == .lost)
        #expect(told.message.hasPrefix("An older ring was put in the place of the one") && told.priority == .alert)
        #expect(told.message.contains("\(before)/2"), "\(told.message)")
        #expect(core.state.withLock { $0.numbering.instance } != before)
    }

    @Test func theRingThatWasLeftInOrderIsNone() throws {
        for _ in 0..<3 {
            let (core, recovery) = try recover()
            #expect(!recovery.isLoss)
            try core.shadowFreeing(slots: [try write(core).slot])
            try core.endInOrder()
        }
    }

    @Test(arguments: [true, false])
    func aDaemonKilledBeforeItMadeItsOwnShadowAfterAnOrderlyEndIsNoOlderRing(isNext: Bool) throws {
        let boot = String(repeating: "b", count: 32)
        try WholeFile.write([], to: ring, mode: 0o600)
        let shadow = try RingShadow(runtimeDirectory: directory.path, ringPath: ring, boot: boot)
        let (one, other) = (String(repeating: "1", count: 32), String(repeating: "2", count: 32))
        try shadow.begin(instance: one, sequence: 7, entries: [ShadowEntry()])
        try shadow.end()
        var content = RingContent(slots: [.free])
        var progress = RingProgress(
            generation: 3, instance: other, sequence: 0, chain: .zero, boot: boot, isClean: false)
        progress.isShadowed = true
        progress.before = RecordAnchor(instance: one, sequence: isNext ? 7 : 6, digest: SHA256Digest(of: [1]))
        content.progress = progress
        let found = TrailCore.look(
            at: shadow, beside: content, last: RecordNumber(instance: other, sequence: 0), boot: boot)
        #expect(found.comparison?.isBehind == true && found.comparison?.isOlder == !isNext)
    }

    @Test func aRecordThatIsOpenAgainAndInTheJournalIsNotInterrupted() throws {
        let (core, recovery, _) = try rollBack { core, mark in
            let slot = try open(core)
            try mark()
            _ = try core.close(Self.record, slot)
            try core.shadowFreeing(slots: [slot.slot])
        }
        #expect(!recovery.isLoss && core.state.withLock { $0.interrupted.isEmpty && $0.openCount == 0 })
        #expect(core.state.withLock { $0.free.count } == 8)
        let content = try content(of: ring)
        #expect(
            (0..<8).allSatisfy { content[RingLayout.offset(ofSlot: $0)] == 0 }, "the next start does not find it again")
    }

    @Test func aKillBetweenTwoWritesIsNoLoss() throws {
        let encoded = Self.record.encoded
        // Opened and closed in the ring, not in the shadow; freed in the shadow, not in the ring.
        let kills: [(TrailCore) throws -> Void] = [
            { core in try core.ring.open(slot: 7, ticket: 1, content: encoded) },
            { core in
                let slot = try open(core)
                let (pending, _) = core.state.withLock { $0.numbering }.number(
                    ClosingRecord(record: Self.record, open: slot))
                try core.ring.close(slot: slot.slot, ticket: slot.ticket, content: pending.bytes)
            },
            { core in try core.shadowFreeing(slots: [try write(core).slot]) },
        ]
        for (number, kill) in kills.enumerated() {
            do {
                let (core, _) = try recover()
                try write(core)
                try kill(core)
            }
            let (_, recovery) = try recover()
            #expect(recovery.continuity == .continued && !recovery.isLoss, "kill \(number)")
        }
    }

    @Test func aRingThatHasGoneAltogether() throws {
        do { try write(try recover().0) }
        unlink(ring)
        let (core, recovery) = try recover()
        #expect(
            recovery.continuity == .ringAbsent && loss(core)?[.status] == "ring-absent" && loss(core)?[.count] == "1")
        #expect(loss(core)?.message.contains("/1") == true, "it names the last number")
    }

    @Test func aRingFullOfZerosIsDamagedAndTheShadowCounts() throws {
        do {
            let (core, _) = try recover()
            for _ in 0..<3 { try write(core) }
        }
        try put(Array(repeating: 0, count: RingLayout.fileSize(slotCount: 8)), to: ring)
        let (core, recovery) = try recover()
        #expect(recovery.continuity == .damaged)
        #expect(loss(core)?[.status] == "ring-damaged" && loss(core)?[.count] == "3")
    }

    private func unlink(_ path: String) { #expect(unsafe Glibc.unlink(path) == 0) }
}

/// A shadow that is not there, or is not this ring's.
@Suite struct MissingShadowTests {
    private let directory = TemporaryDirectory()
    private var ring: String { directory.path + "/ring" }
    private var shadow: String { directory.path + "/ring-shadow" }

    private func recover(shadowed: Bool = true) throws -> (TrailCore, TrailRecovery) {
        try TrailCore.recover(
            path: ring, TrailCore.Options(slotCount: 8, runtimeDirectory: shadowed ? directory.path : nil))
    }

    private func write(_ core: TrailCore) throws {
        let record = ShadowedTrailTests.record
        _ = try core.close(record, try core.open(record, durability: .memory, mayUseReserve: true))
    }

    @Test func afterAKillItMeansThatNothingCanBeShown() throws {
        let damages: [() throws -> Void] = [
            { #expect(unsafe unlink(shadow) == 0) },
            { #expect(unsafe truncate(shadow, 300) == 0) },
            { try WholeFile.write(Array("something else".utf8), to: shadow, mode: 0o600) },
        ]
        for (number, damage) in damages.enumerated() {
            do { try write(try recover().0) }
            try damage()
            do {
                let (core, recovery) = try recover()
                #expect(recovery.continuity == .unproven && recovery.isLoss, "\(number)")
                let told = try #require(core.state.withLock { $0.foundLosses.first })
                #expect(told[.status] == "ring-unproven" && told.priority == .warning && told[.count] == nil)
                #expect(told.message.contains(shadow), "\(told.message)")
                core.recordLoss()
                try core.writeProgress(isClean: false)
            }
            #expect(try recover().1.continuity == .continued, "it is told once")
        }
    }

    @Test func afterAnOrderlyEndItTakesANewInstanceAndNoAlarm() throws {
        let before: String
        do {
            let (core, _) = try recover()
            try write(core)
            try core.writeProgress(isClean: true)
            before = core.state.withLock { $0.numbering.instance }
        }
        #expect(unsafe unlink(shadow) == 0)
        let (core, recovery) = try recover()
        // It may be an older ring: then its numbers were given already.
        #expect(recovery.continuity == .succeeded && !recovery.isLoss)
        #expect(core.state.withLock { $0.numbering.instance } != before)
    }

    @Test func aDaemonThatKeptNoneLeftNoneBehind() throws {
        do { try write(try recover(shadowed: false).0) }
        do {
            let (core, recovery) = try recover()
            #expect(recovery.continuity == .succeeded && !recovery.isLoss)
            try write(core)
        }
        // And back, and forth again: what the first one left is out of date.
        do {
            let (core, recovery) = try recover(shadowed: false)
            #expect(recovery.continuity == .continued)
            for _ in 0..<3 { try write(core) }
            // What the first two wrote is delivered and given up.
            try core.writeProgress(isClean: false)
            for slot in 0..<2 { try core.ring.free(slot: slot) }
        }
        let (_, recovery) = try recover()
        #expect(recovery.continuity == .succeeded && !recovery.isLoss)
    }

    @Test func anotherRingsShadowIsNoAlarmForANewRing() throws {
        do { try write(try recover().0) }
        let other = TemporaryDirectory()
        let (_, recovery) = try TrailCore.recover(
            path: other.path + "/ring", TrailCore.Options(slotCount: 8, runtimeDirectory: directory.path))
        #expect(recovery.continuity == .newRing && !recovery.isLoss)
    }

    @Test func theFirstExchangeIsCoveredAlready() throws {
        // The ring's progress tells that there is a shadow before anything is opened.
        do { _ = try recover() }
        #expect(unsafe unlink(shadow) == 0)
        #expect(try recover().1.continuity == .unproven)
    }
}
