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
            let boot: String
            if let given = options.boot { boot = given } else { boot = try BootID.current() }
            var shadow: RingShadow?
            if let directory = options.runtimeDirectory {
                shadow = try RingShadow(runtimeDirectory: directory, ringPath: path, boot: boot)
            }
            let found = content.closedRecords
            let last = content.last(of: found)
            if let last, last.number.sequence > RingProgress.highestSequence {
                content.isNumberingCertain = false
                content.repaired.append("the last number given is none that a daemon comes to: \(last.number)")
            }
            let finding = look(at: shadow, beside: content, last: last?.number, boot: boot)
            for slot in finding.comparison?.finished ?? [] { content.slots[slot] = .finished }
            var (numbering, continuity) = numbering(after: content, last: last, finding: finding, boot: boot, options)
            var overtaken: RecordAnchor?
            if continuity == .continued, let index = options.index {
                let question = content.question(found, last, .continued, instance: numbering.instance)
                (continuity, overtaken) = goingOn(question, index)
                if continuity != .continued { numbering = new(after: content, last, boot: boot, options) }
            }
            recovery = TrailRecovery(continuity: continuity)
            recovery.repaired = content.repaired
            recovery.lost = content.losses(found: found.count, finding, continuity)
            if let overtaken { recovery.lost.append(JournalFinding.ahead(overtaken).sentence) }
            recovery.notices = notices(content, recovery, options)
            recovery.ledger = content.progress?.ledger
            recovery.isLedgerAhead = content.progress.map { $0.isLedgerAhead && $0.boot == boot } ?? false
            recovery.isLedgerLast = content.progress.map { $0.isLedgerLast && $0.isClean } ?? false
            let busy = Set(found.map(\.slot) + content.openRecords.map(\.slot))
            let free = content.slots.indices.reversed().filter { !busy.contains($0) }
            core = try TrailCore(ring: ring, shadow: shadow, numbering: numbering, free: free, options: options)
            let loss = lossRecord(recovery, finding, after: content.lastAnchor(last))
            let owed = owedRecords(content.progress, besides: loss, waiting: found)
            recovery.lost += owed.map(\.message)
            let losses = owed + [loss].compactMap(\.self)
            recovery.isLoss = !losses.isEmpty
            core.state.withLock { state in
                state.foundLosses = losses
                state.released = content.progress?.released
                (state.ledger, state.isLedgerAhead) = (content.progress?.ledger, recovery.isLedgerAhead)
                state.question = content.question(found, last, continuity, instance: numbering.instance)
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

    /// Goes on with the instance before in the same boot alone, and where it is certain which number comes next.
    private static func numbering(
        after content: RingContent, last: RingContent.Last?, finding: ShadowFinding, boot: String, _ options: Options
    ) -> (Numbering, TrailRecovery.Continuity) {
        let isWhole = content.isNumberingCertain && content.lost.isEmpty
        let isRolledBack = finding.comparison?.isRolledBack == true
        let new = new(after: content, last, boot: boot, options)
        guard let progress = content.progress, let last else {
            // Whoever left a shadow of it has used it.
            let wasUsed = options.wasUsed || finding.comparison != nil
            return (new, !isWhole ? .damaged : wasUsed ? .ringAbsent : .newRing)
        }
        guard !isRolledBack else { return (new, isWhole ? .rolledBack : .damaged) }
        guard progress.isClean || progress.boot == boot else { return (new, .powerCut) }
        guard isWhole else { return (new, .damaged) }
        if progress.isOfAnotherMachine(than: options.machine) { return (new, .otherMachine) }
        if case .gone = finding { return (new, .unproven) }
        // An orderly end proves that all was on the disk then, not that this is what was: only the shadow does.
        let isShown = finding.comparison != nil || options.runtimeDirectory == nil
        guard progress.boot == boot, isShown else { return (new, .succeeded) }
        return (Numbering(after: last, in: progress, boot: boot, machine: options.machine), .continued)
    }

    private static func new(
        after content: RingContent, _ last: RingContent.Last?, boot: String, _ options: Options
    ) -> Numbering {
        Numbering(
            newInstanceIn: boot, generation: content.progress?.generation ?? 0, after: content.lastAnchor(last),
            machine: options.machine)
    }

    /// Whether an instance may go on, as far as the journal shows: ring and shadow agree, but both may be older ones that
    /// were put there together, and then their next numbers were given already. Where the journal cannot be asked
    /// nothing shows that they were not.
    private static func goingOn(
        _ question: JournalQuestion, _ index: any JournalIndex
    ) -> (TrailRecovery.Continuity, overtaken: RecordAnchor?) {
        do throws(LinuxError) {
            let overtaken = try question.overtaken(in: index)
            return (overtaken == nil ? .continued : .rolledBack, overtaken)
        } catch {
            return (.succeeded, nil)
        }
    }

    /// What is no loss and has to be known.
    private static func notices(_ content: RingContent, _ recovery: TrailRecovery, _ options: Options) -> [String] {
        var sentences: [String] = []
        if content.progress?.isOfAnotherMachine(than: options.machine) == true {
            sentences.append(
                "the ring was written on another machine: the state directory was copied or moved, or the machine id is another"
                    + " one since; leave the state directory out of images that are copied")
        }
        if recovery.continuity == .rolledBack, recovery.lost.isEmpty {
            sentences.append(
                "the ring has gone back to an earlier state; the journal holds all that is missing in it, and numbers begin"
                    + " anew")
        }
        return sentences
    }

    /// What stands in no mailbox has nothing to abort and is closed at once; the rest waits for its mailbox's abort.
    private func takeUpOpen(_ content: RingContent) throws(TrailError) {
        for (_, record, open) in content.openRecords {
            state.withLock { state in
                state.shares.take(open.owner)
                state.openCount += 1
            }
            if record.event == .taintOwed {
                state.withLock { state in
                    state.foundStanding.append((record, open))
                    state.standingCount += 1
                }
            } else if let name = record.mailbox, record.isOfOwnExchange {
                state.withLock { $0.interrupted.append(FoundOpen(mailbox: name, record: record, open: open)) }
            } else {
                _ = try close(record.interrupted(.nothingToAbort), open)
            }
        }
    }

    /// The owner has raised the taint of the losses: now they may be recorded.
    func recordLoss() {
        state.withLock { state in
            state.owedLosses += state.foundLosses
            state.foundLosses = []
        }
        recordOwed()
    }

    /// No loss is silent: from the first progress on, the ring itself knows that this is owed. A full ring takes it
    /// when a slot comes free; a daemon that is killed before leaves it to the next one.
    func recordOwed() {
        // One at a time, or two threads would record the same.
        owing.withLock { _ in
            while let loss = state.withLock({ $0.owedLosses.first }), record(loss) {
                state.withLock { _ = $0.owedLosses.removeFirst() }
            }
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
