internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Synchronization

/// Taking up what the daemon before left in the ring.
extension TrailCore {
    static func recover(path: String, _ options: Options) throws(TrailError) -> (TrailCore, TrailRecovery) {
        let (ring, asFound) = try Ring.open(path: path, slotCount: options.slotCount)
        var content = asFound
        let core: TrailCore
        var recovery: TrailRecovery
        do throws(LinuxError) {
            let boot = try BootID.current()
            var shadow: RingShadow?
            if let directory = options.runtimeDirectory {
                shadow = try RingShadow(runtimeDirectory: directory, ringPath: path, boot: boot)
            }
            let found = content.closedRecords
            let last = content.last(of: found)
            let finding = look(at: shadow, beside: content, last: last?.number, boot: boot)
            for slot in finding.comparison?.finished ?? [] { content.slots[slot] = .finished }
            let (numbering, continuity) = numbering(after: content, last: last, finding: finding, boot: boot)
            recovery = TrailRecovery(continuity: continuity)
            recovery.repaired = content.repaired
            recovery.lost = content.losses(found: found.count, finding, continuity)
            let busy = Set(found.map(\.slot) + content.openRecords.map(\.slot))
            let free = content.slots.indices.reversed().filter { !busy.contains($0) }
            core = try TrailCore(ring: ring, shadow: shadow, numbering: numbering, free: free, options: options)
            let loss = lossRecord(recovery, finding, after: last?.anchor)
            recovery.isLoss = loss != nil
            core.state.withLock { state in
                state.foundLoss = loss
                // The one that was compared stays in its place until the new one takes it.
                state.isShadowed = finding.comparison != nil
            }
            // First of all: from here on, numbers given are known to belong to this boot.
            try core.writeProgress(isClean: false)
            // A slot whose record is lost, or that the file was cut in, is cleared, or the same loss would be found
            // at each start.
            for slot in free where content.slots[slot] != .free { try ring.free(slot: slot) }
            try core.beginShadow(content, busy: busy)
            core.state.withLock { state in
                let now = Clocks.monotonicMicroseconds
                for record in found {
                    state.shares.take(record.owner)
                    state.schedule.addFound(record, now: now)
                }
            }
            recovery.undelivered = found.count
        } catch {
            throw TrailError(error)
        }
        try core.takeUpOpen(content)
        return (core, recovery)
    }

    /// Goes on with the instance before where it is certain which number comes next.
    private static func numbering(
        after content: RingContent, last: RingContent.Last?, finding: ShadowFinding, boot: String
    ) -> (Numbering, TrailRecovery.Continuity) {
        let isWhole = content.isNumberingCertain && content.lost.isEmpty
        let isRolledBack = finding.comparison?.isRolledBack == true
        let new = Numbering(
            newInstanceIn: boot, generation: content.progress?.generation ?? 0, after: last?.anchor)
        guard let progress = content.progress, let last else {
            return (new, !isWhole ? .damaged : isRolledBack ? .rolledBack : .newRing)
        }
        guard !isRolledBack else { return (new, isWhole ? .rolledBack : .damaged) }
        guard progress.isClean || progress.boot == boot else { return (new, .powerCut) }
        guard isWhole, !progress.owesLoss else { return (new, .damaged) }
        if case .gone = finding { return (new, .unproven) }
        let numbering = Numbering(
            instance: last.number.instance, boot: boot, sequence: last.number.sequence, chain: last.chain,
            generation: progress.generation)
        return (numbering, .continued)
    }

    /// What stands in no mailbox has nothing to abort and is closed at once; the rest waits for its mailbox's abort.
    private func takeUpOpen(_ content: RingContent) throws(TrailError) {
        for (_, record, open) in content.openRecords {
            state.withLock { state in
                state.shares.take(open.owner)
                state.openCount += 1
            }
            if let name = record.mailbox {
                state.withLock { $0.interrupted.append(FoundOpen(mailbox: name, record: record, open: open)) }
            } else {
                _ = try close(record.interrupted(.nothingToAbort), open)
            }
        }
    }

    /// The owner has raised the taint of the loss: now it may be recorded.
    func recordLoss() {
        state.withLock { state in
            guard let loss = state.foundLoss else { return }
            state.owedLoss = loss
            state.foundLoss = nil
        }
        recordOwed()
    }

    /// No loss is silent: from the first progress on, the ring itself knows that this is owed. A full ring takes it
    /// when a slot comes free; a daemon that is killed before leaves it to the next one.
    func recordOwed() {
        // One at a time, or two threads would record the same.
        owing.withLock { _ in
            if record(state.withLock { $0.owedLoss }) { state.withLock { $0.owedLoss = nil } }
            if record(state.withLock { $0.owedDelay }) { state.withLock { $0.owedDelay = nil } }
        }
    }

    private func record(_ owed: Record?) -> Bool {
        guard let owed, let slot = try? open(owed, durability: .memory, mayUseReserve: true) else { return false }
        // Where this fails, the complete record waits in memory and is written again.
        _ = try? close(owed, slot)
        return true
    }
}
