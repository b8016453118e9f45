@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEReport
import DOEWords
import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A start, and what it has to say.
extension ModelHost {
    /// The daemon ends, something happens, and the next one starts.
    func restart(_ meanwhile: () throws -> Void) throws {
        try meanwhile()
        // The lock goes with it.
        core = nil
        openSlots = []
        try start()
    }

    func start() throws {
        starts += 1
        let isChangeShown = try isChangeShown()
        let (core, recovery) = try TrailCore.recover(
            path: ring,
            TrailCore.Options(
                slotCount: 32, share: 100, runtimeDirectory: directory.path + "/run",
                wasUsed: FileManager.default.fileExists(atPath: ledger),
                boot: bootID, machine: MachineMark(of: machine), index: journal))
        self.core = core
        try WholeFile.write([1], to: ledger, mode: 0o600)
        // Nothing is handed over before the ring's progress is on the disk; what is written from here on may be lost.
        try noteSynced()
        // What the daemon before left open is closed as soon as its mailbox was seen to.
        for left in core.state.withLock({ $0.interrupted }) {
            _ = try core.close(left.record.interrupted(.aborted), left.open)
        }
        if let question = core.state.withLock({ $0.question }) { core.inquire(question, in: journal) }
        let isLoss = recovery.isLoss || core.state.withLock { !$0.foundLosses.isEmpty }
        let words = core.state.withLock { $0.foundLosses.compactMap { $0[.status] } }
        core.recordLoss()
        isTold = isLoss || !recovery.notices.isEmpty || core.state.withLock { !$0.findings.isEmpty }
        let findings = core.state.withLock { $0.findings }
        log.append(
            "[\(recovery.continuity) \(recovery.lost) \(findings.map { $0.prefix(30) }) of"
                + " \(core.state.withLock { $0.numbering.instance.prefix(4) })]")
        try expectNoFalseAlarm(words)
        try note(core)
        try settle(isChangeShown: isChangeShown, isLoss: isLoss)
        try exchange()
        try verify()
    }

    private var bootID: String { String(repeating: "\(boot % 10)", count: 31) + "\(boot / 10)" }

    /// Whether something that is left shows that another ring was there: its shadow, its ledger, or a later record in
    /// the journal than this one knows of. That is a later number of the instance with which it ends, among the last
    /// ones of it, unless the machine went down; and what came behind the last one that it has given up, where it has
    /// given up any. `nil` where it is the one that was left.
    private func isChangeShown() throws -> Bool? {
        let hasShadow = FileManager.default.fileExists(atPath: shadow) && !isShadowRestored
        defer { (restored, isShadowRestored) = (nil, false) }
        if !FileManager.default.fileExists(atPath: ring) {
            return hasShadow || FileManager.default.fileExists(atPath: ledger) || !journal.records.isEmpty
        }
        guard let restored else { return nil }
        let file = Descriptor(owning: unsafe Glibc.open(ring, O_RDONLY | O_CLOEXEC))
        let found = Ring(slotCount: 32, file: file, path: ring)
        let progress = try ProgressCopies(readingFrom: found, attempts: 1, 0).newest
        let isCut = progress.map { !$0.isClean && $0.boot != bootID } ?? true
        var known = RingContent(slots: [])
        for slot in 0..<32 { try found.read(slot: slot, into: &known) }
        known.progress = progress
        let last = known.last(of: known.closedRecords)?.number
        if !isCut, let last, let latest = journal.latestNumber(of: last.instance), latest > last.sequence {
            return true
        }
        guard progress?.released != nil else { return hasShadow }
        // Of an instance that was over already nobody can tell how far it went.
        let over = Set(promised.prefix(restored).map(\.instance)).subtracting([progress?.lastAnchor?.instance ?? ""])
        let later = Set(promised.dropFirst(restored).filter { !over.contains($0.instance) })
        let numbers = journal.records.map { RecordNumber(instance: $0.instance ?? "", sequence: $0.sequence ?? 0) }
        let place = numbers.lastIndex { $0 == progress?.released } ?? -1
        return hasShadow || numbers[(place + 1)...].contains { later.contains($0) }
    }

    private func settle(isChangeShown: Bool?, isLoss: Bool) throws {
        guard let core else { return }
        let ring = Set(try content(core).closedRecords.map(\.number))
        let lost = promised.filter { !settled.contains($0) && !ring.contains($0) && !journal.holds($0) }
        guard !lost.isEmpty else { return }
        losses += 1
        settled.formUnion(lost)
        // What a vacuum may have taken is a notice, and no loss on record; nor is what nothing shows.
        if !isLoss { excused.formUnion(promised) }
        guard isTold || isChangeShown ?? !estranged.isSuperset(of: lost) else { return }
        let message = isTold ? "" : "gone in silence: \(lost.map { "\($0)".suffix(8) }): \(log)"
        try #require(isTold, "\(message)")
    }

    /// The check of journal and ring never says "whole" over a loss, and never "not whole" where nobody touched
    /// anything.
    func verify() throws {
        var builder = VerificationBuilder(
            source: .exportFile("model"), ring: try RingReader.read(stateDirectory: directory.path))
        for record in journal.records { builder.add(TrailEntry(record: record, writerUID: 0, machine: "m")) }
        let outcome = builder.finish().outcome
        let ring = Set(try core.map { try content($0).closedRecords.map(\.number) } ?? [])
        let isLossy = promised.contains { !excused.contains($0) && !ring.contains($0) && !journal.holds($0) }
        if isLossy { try #require(outcome != .whole, "whole over a loss: \(log)") }
        if !isTampered { try #require(outcome != .broken, "not whole, and nobody touched it: \(log)") }
        if !isTampered, !wasCut { try #require(outcome == .whole, "\(log)") }
    }

    // MARK: What there is

    func content(_ core: TrailCore) throws -> RingContent {
        var content = RingContent(slots: [])
        for slot in 0..<core.ring.slotCount { try core.ring.read(slot: slot, into: &content) }
        return content
    }

    /// Everything that stands complete in the ring has been given its number.
    func note(_ core: TrailCore) throws {
        let records = try content(core).closedRecords
        for record in records where given[record.number] == nil { promised.append(record.number) }
        try take(Dictionary(records.map { ($0.number, $0.bytes) }) { one, _ in one })
    }

    /// No number is given to two records, on whatever machine.
    func take(_ others: [RecordNumber: [UInt8]]) throws {
        for (number, bytes) in others {
            if let before = given[number], !forgotten.contains(number) {
                #expect(before == bytes, "a number was given twice: \(log)")
            }
            given[number] = bytes
        }
    }

    func noteSynced() throws { synced = try WholeFile.read(ring, limit: 1 << 20) }
}
