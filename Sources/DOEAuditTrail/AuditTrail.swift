internal import DOELinux
public import DOERecord
public import DOEWords
internal import Synchronization

/// Where a record must be before `open` returns.
public enum Durability: Hashable, Sendable {
    /// In the kernel's memory: it outlives the daemon, not the machine.
    case memory
    /// On the disk: it outlives a panic.
    case disk
}

/// The audit trail: every record is in the ring first, then in the journal, and leaves the ring when the journal was
/// seen to hold it, on its disk.
///
/// `open`, `write` and a record's `close` never wait for journald; `open` with `.disk` waits for the disk. They may
/// be called from any thread that may block for a write to a file.
public final class AuditTrail: Sendable {
    /// How many slots a new ring has; a slot takes 16 KiB of disk.
    public static let defaultCapacity = 4096

    /// How much of the ring one person or service may take, in percent.
    public static let defaultShare = 25

    /// What was found in the ring at the start.
    public let recovery: TrailRecovery
    let core: TrailCore
    private let thread: Mutex<WorkerThread?>

    /// Opens the ring in a state directory that exists, or makes one of `capacity` slots (8 to 65,536), takes up what
    /// the daemon before left there, and starts to deliver.
    ///
    /// `share` is how much of the ring, in percent, the records of one person's or service's exchanges may take that
    /// are open or unconfirmed; `slotsPerUser` says it as a number. Another such share stays free for root, whoever
    /// else asks.
    ///
    /// The ring's shadow is kept in `runtimeDirectory`, which has to be in memory. Without one nothing shows, in the
    /// same boot, that the state directory's file system has lost what was not synced.
    ///
    /// `wasUsed` says that the state directory shows the traces of a daemon before this one: then a ring has to be
    /// there.
    public convenience init(
        stateDirectory: String, runtimeDirectory: String? = nil, wasUsed: Bool = false,
        journal: JournalEndpoint = .host, capacity: Int = AuditTrail.defaultCapacity,
        share: Int = AuditTrail.defaultShare, slotsPerUser: Int? = nil
    ) throws(TrailError) {
        let options = TrailCore.Options(
            slotCount: min(max(capacity, 8), 65_536), share: share, slotsPerUser: slotsPerUser,
            runtimeDirectory: runtimeDirectory, wasUsed: wasUsed)
        try self.init(stateDirectory: stateDirectory, journal: journal, options: options)
    }

    init(stateDirectory: String, journal: JournalEndpoint, options: TrailCore.Options) throws(TrailError) {
        var options = options
        let index = JournalLookUp(journal.source, stateDirectory: stateDirectory)
        options.index = options.index ?? index
        let (core, recovery) = try TrailCore.recover(path: stateDirectory + "/ring", options)
        do throws(LinuxError) {
            thread = Mutex(try WorkerThread(name: "doe-trail") { core.deliver(to: journal, asking: index) })
        } catch {
            throw TrailError(.file, problem: error.problem, remedy: error.remedy ?? "raise the daemon's limit of tasks")
        }
        self.core = core
        self.recovery = recovery
    }

    deinit { stop() }

    /// Opens the record of something that is about to happen. If this throws it must not happen.
    ///
    /// Whose share it takes is told by its own fields of the client. The record is stamped with boot, time, monotonic
    /// time and schema: the event's time is now.
    public func open(_ record: Record, durability: Durability) throws(TrailError) -> OpenRecord {
        let slot = try core.open(record, durability: durability, mayUseReserve: false)
        return OpenRecord(record: record, slot: slot, core: core)
    }

    /// Opens the record of an exchange that is about to happen. If this throws it must not happen.
    ///
    /// Its client is charged for it. The record is made when it is closed; the event's time is now.
    public func open(_ exchange: ExchangeOpening, durability: Durability) throws(TrailError) -> OpenExchange {
        OpenExchange(exchange, slot: try core.open(exchange, durability: durability), core: core)
    }

    /// Records something that has happened; returns its number. Some slots are kept for this, so that it works for a
    /// while when `open` finds the ring full.
    @discardableResult
    public func write(_ record: Record) throws(TrailError) -> UInt64 {
        let slot = try core.open(record, durability: .memory, mayUseReserve: true)
        return try core.close(record, slot)
    }

    /// The next mailbox in which the daemon before left exchanges open, each once; `nil` after the last.
    ///
    /// Their records stay open in the ring until the mailbox was seen to and `close` was called: wherever this daemon
    /// is killed before, the next one finds them again.
    public func takeInterrupted() -> InterruptedMailbox? {
        core.state.withLock { state in
            guard let name = state.interrupted.first?.mailbox else { return nil }
            let records = state.interrupted.filter { $0.mailbox == name }
            state.interrupted.removeAll { $0.mailbox == name }
            return InterruptedMailbox(name: name, records: records, core: core)
        }
    }

    /// Opens the record of a state that may outlast the daemon: it is on the disk when this returns, and stands open
    /// in the ring until it is closed. It may take one of the slots that are kept for the daemon's own events.
    public func stand(_ record: Record) throws(TrailError) -> StandingRecord {
        let slot = try core.open(record, durability: .disk, mayUseReserve: true)
        core.state.withLock { $0.standingCount += 1 }
        return StandingRecord(record: record, slot: slot, core: core)
    }

    /// The records that the daemon before left standing, once. Those that nobody takes up stand on.
    public func takeStanding() -> [StandingRecord] {
        let found = core.state.withLock { state in
            defer { state.foundStanding = [] }
            return state.foundStanding
        }
        return found.map { StandingRecord(record: $0.record, slot: $0.open, core: core) }
    }

    /// How far the taint ledger has come, which was noted in the runtime directory before: it is on the disk in the ring's
    /// progress when this returns, out of reach of whoever takes the ledger away. Where that fails, it is written with the
    /// next progress.
    public func noteLedger(_ mark: LedgerMark) {
        core.state.withLock {
            ($0.ledger, $0.isLedgerAhead, $0.hasNotedLedger, $0.isLedgerLast) = (mark, true, true, false)
        }
        core.noteLedger()
    }

    /// Nothing more is written to the ledger, which was noted as it stands on the disk: a longer one that the next
    /// daemon finds is another. `nil` where nobody knows how it stands there.
    public func noteLastLedger(_ mark: LedgerMark?) {
        core.state.withLock { $0.isLedgerLast = mark != nil && $0.hasNotedLedger && $0.ledger == mark }
    }

    /// Records the losses that were found, once their taint is on the disk: a daemon that is killed before leaves
    /// both to the next one. Without a loss it does nothing.
    public func recordLoss() { core.recordLoss() }

    /// Calls `body` when the journal, asked about the ring as it was found, shows that records are lost; on the
    /// trail's thread, and at once where it was so before. `recordLoss` has to be called then, as for
    /// `recovery.isLoss`.
    public func whenLossFound(_ body: @escaping @Sendable () -> Void) { core.tellLosses(body) }

    /// Calls `body` whenever records have begun to be delayed past the journal: one has waited for a minute, or half
    /// of the ring for five seconds. Once each time, on the trail's thread, before `records-delayed` is recorded; at
    /// once where that was so before.
    public func whenDelayed(_ body: @escaping @Sendable () -> Void) { core.tellDelays(body) }

    /// Whether the next request that is charged to this holder would find room in the ring, and not just so. It never
    /// waits for the disk.
    public func hasRoom(for holder: AccountHolder) -> Bool {
        core.state.withLock { $0.shares.hasRoom(for: .holder(holder)) }
    }

    /// How the trail fares.
    public var status: TrailStatus {
        core.settleVolatile()
        return core.state.withLock { state in
            let oldest = state.schedule.oldestTime
            let now = core.realtime()
            return TrailStatus(
                instance: state.numbering.instance, sequence: state.numbering.sequence,
                anchor: state.numbering.anchor, capacity: core.ring.slotCount,
                open: state.openCount, unconfirmed: state.schedule.count, unsent: state.schedule.unsentCount,
                oldestAge: oldest.map { now - min(now, $0) }, volatileFile: state.volatileFile,
                isRingVolatile: core.isRingVolatile, troubles: state.currentTroubles,
                findings: state.findings + [state.disturbance].compactMap(\.self))
        }
    }

    /// Waits until the journal holds every closed record on its disk, at most this long; whether it does. Waiting
    /// times of earlier failures are cut short.
    public func flush(withinMicroseconds limit: UInt64) -> Bool {
        let (sum, overflow) = Clocks.monotonicMicroseconds.addingReportingOverflow(limit)
        let deadline = overflow ? UInt64.max : sum
        while true {
            // Each time anew: what was confirmed meanwhile would wait for more.
            core.state.withLock { $0.schedule.hurry() }
            core.wake.signal()
            if core.state.withLock({ $0.schedule.isEmpty && $0.unclosed.isEmpty }) { return true }
            let now = Clocks.monotonicMicroseconds
            guard now < deadline else { return false }
            // Not for all of it: the signal may go to somebody else who waits too.
            core.drained.wait(microseconds: min(deadline - now, 100_000))
        }
    }

    /// Ends in order: nothing can be opened any more, delivery stops, and the ring is synced. What was not delivered
    /// is delivered after the next start. A second call does nothing.
    public func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        let isQuiet = core.state.withLock { state in
            state.isStopped = true
            return state.openCount == state.standingCount
        }
        core.wake.signal()
        thread.join()
        core.look()
        // Without this mark the next boot begins a new instance: correct, but louder than need be.
        if isQuiet { try? core.endInOrder() }
    }
}
