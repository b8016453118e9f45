@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

/// From the ring to the journal, in the order in which the daemon does it; and the end of power in the middle.
extension ModelHost {
    /// The oldest records that wait go to the journal, and the ring gives up what is there.
    func deliver(_ count: Int) throws {
        try handOver(count)
        try giveUp(count)
    }

    /// The oldest records that wait and are not in the journal go there; those of daemons before go first.
    func handOver(_ count: Int) throws {
        guard let core else { return }
        for record in try inTurn(core).filter({ !journal.holds($0.number) }).prefix(count) {
            journal.records.append(try Record(encoded: record.bytes))
            core.state.withLock { _ = $0.sentSlots.insert(record.slot) }
        }
    }

    /// The oldest records that the journal has are given up, once they are on its disk.
    func giveUp(_ count: Int) throws {
        guard let core else { return }
        let found = Array(try inTurn(core).filter { journal.holds($0.number) }.prefix(count))
        guard !found.isEmpty else { return }
        syncedCount = journal.records.count
        try core.shadowFreeing(slots: found.map(\.slot))
        core.noteReleased(found)
        try core.writeProgress(isClean: false)
        try noteSynced()
        for record in found { try core.ring.free(slot: record.slot) }
        core.state.withLock { state in
            state.free += found.map(\.slot)
            for record in found { state.shares.giveBack(record.owner) }
        }
    }

    private func inTurn(_ core: TrailCore) throws -> [PendingRecord] {
        let own = core.state.withLock { $0.numbering.instance }
        let all = try content(core).closedRecords
        return all.filter { $0.number.instance != own } + all.filter { $0.number.instance == own }
    }

    /// Of what was not synced, ring and journal each have all or nothing, or the journal a part.
    func cutPower(_ random: inout SeededGenerator) throws {
        wasCut = true
        let count = Int.random(in: min(syncedCount, journal.records.count)...journal.records.count, using: &random)
        let isRingBehind = random.once(in: 2)
        try restart {
            self.journal.records.removeLast(self.journal.records.count - count)
            self.syncedCount = count
            if isRingBehind { try WholeFile.write(self.synced, to: self.ring, mode: 0o600) }
            try self.bootAnew()
        }
    }

    /// Where nobody meddles, all that a start may find is that the power was cut.
    func expectNoFalseAlarm(_ words: [String]) throws {
        guard !isTampered else { return }
        try #require(Set(words).isSubset(of: ["power-cut"]), "a false alarm, \(words): \(log)")
    }
}
