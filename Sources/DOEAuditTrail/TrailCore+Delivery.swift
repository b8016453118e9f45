internal import DOELinux
internal import Synchronization
internal import SystemPackage

/// The delivering thread.
extension TrailCore {
    /// How long the journal's files are held after the last use, microseconds.
    private static let idleTime: UInt64 = 10_000_000
    /// How long a failed write of the ring waits, microseconds.
    private static let rewriteTime: UInt64 = 1_000_000

    /// Runs until the trail is stopped.
    func deliver(to endpoint: JournalEndpoint, asking index: JournalLookUp) {
        var socket = JournalSocket(path: endpoint.socket)
        let reader = JournalReadBack(endpoint.source)
        while let action = nextAction() {
            watchDelay()
            inquire(of: index)
            settle(reader)
            noteLedger()
            if case .release(let records) = action { look(holding: records) } else { lookNowAndThen() }
            switch action {
            case .release(let records): if synchronize(reader) { release(records) }
            case .lookUp(let records): lookUp(records, reader)
            case .readBack(let since): readBack(since: since, reader)
            case .send(let record):
                hold(reader)
                send(record, &socket)
            case .sleep(let time): sleep(until: time, reader)
            }
        }
        sendRest(&socket)
    }

    /// The journal's disk, or a question to a large journal, may have kept the thread from it until the end. Nothing
    /// waits for journald here: what it does not take now the next start looks for in the ring.
    private func sendRest(_ socket: inout JournalSocket) {
        while let record = state.withLock({ $0.schedule.firstUnsent }) {
            guard send(record, &socket) else { return }
        }
    }

    /// Has the ring know the ledger's mark before anything is answered that depends on it: so it shows where somebody
    /// takes away what stands in the runtime directory, or puts back what stood there with the ledger of that time.
    func noteLedger() {
        let isDue = state.withLock { state in
            state.hasNotedLedger && (state.written?.ledger != state.ledger || state.written?.isLedgerAhead != true)
        }
        guard isDue else { return }
        // Where the ring cannot be written it is tried again by the thread.
        using.withShared { try? writeProgress(isClean: false) }
    }

    /// `nil` when the trail was stopped.
    private func nextAction() -> DeliverySchedule.Action? {
        closeAgain()
        return state.withLock { state in
            guard !state.isStopped else { return nil }
            // Asked here: one may have come since, and nobody would wake a thread that is not asleep yet.
            let isWhole = state.unclosed.isEmpty && state.obstacle == nil
            let now = Clocks.monotonicMicroseconds
            var action = state.schedule.nextAction(now: now)
            if case .sleep(let time) = action {
                state.sleepsUntil = time ?? .max
                if !isWhole { action = .sleep(until: min(time ?? .max, now + Self.rewriteTime)) }
                if isWhole, state.schedule.isEmpty { drained.signal() }
            }
            return action
        }
    }

    private func sleep(until time: UInt64?, _ reader: JournalReadBack) {
        let now = Clocks.monotonicMicroseconds
        if let time {
            wake.wait(microseconds: time - min(time, now))
        } else {
            wake.wait(microseconds: Self.idleTime)
            if state.withLock({ $0.sleepsUntil != nil && !$0.isStopped }) {
                reader.close()
                wake.wait(microseconds: nil)
            }
        }
        state.withLock { $0.sleepsUntil = nil }
    }

    /// Has the journal's files open before a record is handed over, so that no error that the kernel tells once is
    /// missed.
    private func hold(_ reader: JournalReadBack) {
        guard !reader.isHolding else { return }
        let (instance, since) = state.withLock { ($0.numbering.instance, $0.schedule.oldestTime ?? 0) }
        reading { () throws(LinuxError) in try reader.hold(for: instance, since: since) }
    }

    /// Whether journald took it.
    @discardableResult private func send(_ record: PendingRecord, _ socket: inout JournalSocket) -> Bool {
        do throws(LinuxError) {
            try socket.send(record.bytes)
            state.withLock { state in
                state.sentSlots.insert(record.slot)
                state.schedule.sent(now: Clocks.monotonicMicroseconds)
                state.troubles[.sending] = nil
            }
            return true
        } catch {
            state.withLock { state in
                state.schedule.sendingFailed(now: Clocks.monotonicMicroseconds)
                state.troubles[.sending] =
                    "journald does not take records: \(error.problem); \(JournalSocket.remedy(for: error))"
            }
            return false
        }
    }

    private func readBack(since: UInt64, _ reader: JournalReadBack) {
        let instance = state.withLock { $0.numbering.instance }
        reading { () throws(LinuxError) in
            let found = try reader.news(of: instance, since: since) { number in
                state.withLock { $0.schedule.waiting(number) }
            }
            state.withLock { $0.schedule.readBack(found, now: Clocks.monotonicMicroseconds) }
        }
    }

    private func lookUp(_ records: [PendingRecord], _ reader: JournalReadBack) {
        reading { () throws(LinuxError) in
            let found = try reader.lookUp(records)
            state.withLock { $0.schedule.lookedUp(records, found: found, now: Clocks.monotonicMicroseconds) }
        }
        noteDoubt(reader)
    }

    private func reading(_ body: () throws(LinuxError) -> Void) {
        do throws(LinuxError) {
            try body()
            state.withLock { state in
                state.troubles[.reading] = nil
                state.mayAsk = true
            }
        } catch {
            state.withLock { state in
                state.schedule.readingFailed(now: Clocks.monotonicMicroseconds)
                let remedy = error.remedy(
                    forReading: "the journal's files",
                    absent: "see that journald runs and has a directory for its files",
                    forbidden: "let the daemon read the journal's files")
                state.troubles[.reading] = "the journal cannot be read back: \(error.problem); \(remedy)"
            }
        }
    }

    /// Waits until the records that were read back are on the journal's disk; whether they are. Where they are not,
    /// none is given up.
    private func synchronize(_ reader: JournalReadBack) -> Bool {
        var isDone = true
        state.withLock { $0.synchronizesSince = Clocks.monotonicMicroseconds }
        do throws(LinuxError) {
            try reader.synchronize()
        } catch {
            isDone = false
            state.withLock { $0.schedule.synchronizingFailed(now: Clocks.monotonicMicroseconds) }
        }
        state.withLock { $0.synchronizesSince = nil }
        noteDoubt(reader)
        if isDone { state.withLock { $0.volatileFile = reader.volatileFile } }
        return isDone
    }

    /// What was given up from a file in memory is on the disk when journald has flushed it there, and that is on the disk
    /// too: where the file has gone, the thread is to look.
    func settleVolatile() {
        guard let file = state.withLock({ $0.volatileFile }), !OwnFile.isThere(file) else { return }
        state.withLock { state in
            state.mustSettle = true
            wakeThread(&state)
        }
    }

    private func settle(_ reader: JournalReadBack) {
        let last = state.withLock { state in
            defer { state.mustSettle = false }
            return state.mustSettle ? state.released : nil
        }
        guard let last else { return }
        reading { () throws(LinuxError) in
            try reader.settle(last)
            state.withLock { $0.volatileFile = reader.volatileFile }
        }
        noteDoubt(reader)
    }

    private func noteDoubt(_ reader: JournalReadBack) {
        let trouble = reader.doubt.map { error in
            "what stands in the journal is not known to be on its disk: \(error.problem); no record in that file counts until"
                + " it is, and those not found elsewhere are handed over again;"
                + " \(error.remedy ?? JournalReadBack.remedy)"
        }
        state.withLock { $0.troubles[.synchronizing] = trouble }
    }

    /// The last number must be on the disk before the last slot that knows it is free; and the shadow must no more
    /// ask for what the ring gives up.
    private func release(_ records: [PendingRecord]) {
        do throws(LinuxError) {
            try shadowFreeing(slots: records.map(\.slot))
            noteReleased(records)
            try writeProgress(isClean: false)
            for record in records { try ring.free(slot: record.slot) }
            state.withLock { state in
                state.schedule.released(records, now: Clocks.monotonicMicroseconds)
                state.free += records.map(\.slot)
                for record in records { state.shares.giveBack(record.owner) }
            }
            recordOwed()
        } catch {
            state.withLock { state in
                state.schedule.releaseFailed(now: Clocks.monotonicMicroseconds)
                state.troubles[.writing] = "\(TrailError(error))"
            }
        }
    }

    /// Only before the thread starts, in the thread, and after its end; by others while they share the ring.
    func writeProgress(isClean: Bool) throws(LinuxError) {
        try progressing.withLock { _ throws(LinuxError) in try writeNextProgress(isClean) }
    }

    private func writeNextProgress(_ isClean: Bool) throws(LinuxError) {
        let progress = state.withLock { state in
            state.numbering.generation &+= 1
            var progress = state.numbering.progress(
                isClean: isClean,
                owed: OwedLosses(of: state.foundLosses + state.owedLosses, in: state.numbering.instance),
                isShadowed: state.isShadowed, released: state.released, ledger: state.ledger)
            progress.isLedgerAhead = state.isLedgerAhead && !(isClean && state.hasNotedLedger)
            progress.isLedgerLast = state.isLedgerLast && isClean
            return progress
        }
        try ring.write(progress)
        state.withLock { state in
            state.written = progress
            if state.unclosed.isEmpty { state.troubles[.writing] = nil }
        }
    }
}
