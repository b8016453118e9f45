internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Synchronization

/// Taking up what the daemon before left in the ring.
extension TrailCore {
    static func recover(path: String, _ options: Options) throws(TrailError) -> (TrailCore, TrailRecovery) {
        let (ring, content) = try Ring.open(path: path, slotCount: options.slotCount)
        let boot: String
        let core: TrailCore
        var recovery: TrailRecovery
        do throws(LinuxError) {
            boot = try BootID.current()
            let found = content.closedRecords
            let (numbering, continuity) = numbering(after: content, found: found, boot: boot)
            recovery = TrailRecovery(continuity: continuity)
            recovery.repaired = content.repaired
            recovery.lost = content.lost
            let unreadable =
                content.slots.count { if case .open = $0 { true } else { false } } - content.openRecords.count
            if unreadable > 0 { recovery.lost.append("\(unreadable) open records cannot be read") }
            let unnumbered = content.slots.count { if case .closed = $0 { true } else { false } } - found.count
            if unnumbered > 0 { recovery.lost.append("\(unnumbered) closed records carry no number") }
            if content.progress?.owesLoss == true {
                recovery.lost.append("the daemon before found a loss and could not record it")
            }
            let busy = Set(found.map(\.slot) + content.openRecords.map(\.slot))
            let free = content.slots.indices.reversed().filter { !busy.contains($0) }
            core = try TrailCore(ring: ring, numbering: numbering, free: free, options: options)
            let loss = lossRecord(recovery)
            recovery.isLoss = loss != nil
            core.state.withLock { $0.foundLoss = loss }
            // First of all: from here on, numbers given are known to belong to this boot.
            try core.writeProgress(isClean: false)
            // A slot whose record is lost, or that the file was cut in, is cleared, or the same loss would be found at
            // each start.
            for slot in free where content.slots[slot] != .free { try ring.free(slot: slot) }
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
        after content: RingContent, found: [PendingRecord], boot: String
    ) -> (Numbering, TrailRecovery.Continuity) {
        guard let progress = content.progress else {
            let isNew = content.isNumberingCertain && content.lost.isEmpty
            return (Numbering(newInstanceIn: boot, generation: 0), isNew ? .newRing : .damaged)
        }
        let generation = progress.generation
        guard progress.isClean || progress.boot == boot else {
            return (Numbering(newInstanceIn: boot, generation: generation), .powerCut)
        }
        guard content.isNumberingCertain, content.lost.isEmpty, !progress.owesLoss else {
            return (Numbering(newInstanceIn: boot, generation: generation), .damaged)
        }
        var sequence = progress.sequence
        var chain = progress.chain
        for record in found where record.number.instance == progress.instance && record.number.sequence > sequence {
            sequence = record.number.sequence
            chain = SHA256Digest(of: record.bytes)
        }
        return (
            Numbering(
                instance: progress.instance, boot: boot, sequence: sequence, chain: chain, generation: generation),
            .continued
        )
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

    /// No loss is silent: from the first progress on, the ring itself knows that this is owed. A full ring takes it when
    /// a slot comes free; a daemon that is killed before leaves it to the next one.
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

    private static func lossRecord(_ recovery: TrailRecovery) -> Record? {
        guard !recovery.lost.isEmpty || recovery.continuity == .powerCut || recovery.continuity == .damaged else {
            return nil
        }
        let isPowerCut = recovery.continuity == .powerCut && recovery.lost.isEmpty
        var record = Record(
            .recordsLost, priority: isPowerCut ? .warning : .alert,
            message: isPowerCut
                ? "The machine went down without an orderly end: the last records before it may be lost"
                : "The ring was damaged and records may be lost: "
                    + (recovery.lost + recovery.repaired).joined(separator: "; "))
        record[.status] = isPowerCut ? "power-cut" : "ring-damaged"
        record.taint = .lost
        return record
    }
}

extension RingContent {
    fileprivate var openRecords: [(slot: Int, record: Record, open: OpenSlot)] {
        slots.enumerated().compactMap { slot, content in
            guard case .open(let bytes, let ticket) = content, let record = try? Record(encoded: bytes) else {
                return nil
            }
            return (
                slot, record,
                OpenSlot(slot: slot, ticket: ticket, stamp: EventStamp(of: record), owner: RecordOwner(of: record))
            )
        }
    }

    /// In the order of their numbers within an instance, which is the order in which they are delivered.
    fileprivate var closedRecords: [PendingRecord] {
        slots.enumerated().compactMap { index, slot in
            if case .closed(let bytes) = slot { PendingRecord(bytes: bytes, slot: index) } else { nil }
        }.sorted { ($0.number.instance, $0.number.sequence) < ($1.number.instance, $1.number.sequence) }
    }
}
