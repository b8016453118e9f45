internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Synchronization

/// The trail itself: shared by its users' threads and the thread that delivers.
final class TrailCore: Sendable {
    /// Slots that only the daemon's own events may take, so that a full ring can still be told about.
    static let reserve = 4

    /// What an owner may choose; tests choose more.
    struct Options: Sendable {
        /// Of a ring that is new.
        var slotCount = AuditTrail.defaultCapacity
        /// In percent of the ring.
        var share = AuditTrail.defaultShare
        /// The same as a number, in place of it.
        var slotsPerUser: Int?
        /// Where the ring's shadow is kept; without it none is.
        var runtimeDirectory: String?
        /// Whether the state directory shows that there was a ring before.
        var wasUsed = false
        /// The boot's id; `nil` for the running kernel's.
        var boot: String?
        var machine = MachineMark.current
        /// The journal that is asked whether the instance before may go on; without it nobody is.
        var index: (any JournalIndex)?
        var delayLimit = DelayWatch.limit
        /// The wall clock, microseconds since 1970. It may be set at any time; nothing but records goes by it.
        var realtime: @Sendable () -> UInt64 = { Clocks.realtimeMicroseconds }
    }

    struct State: ~Copyable {
        var numbering: Numbering
        var free: [Int]
        var shares: RingShares
        var openCount = 0
        /// What the daemon before left open, until its mailboxes were aborted.
        var interrupted: [FoundOpen] = []
        var schedule: DeliverySchedule
        /// Records that are complete and whose closing half could not be written: without a number yet.
        var unclosed: [ClosingRecord] = []
        /// The records of losses that were found, until the owner has seen to them.
        var foundLosses: [Record] = []
        /// The same from then on, until they are written.
        var owedLosses: [Record] = []
        /// What the journal is still to be asked about the ring as it was found.
        var question: JournalQuestion?
        /// Whether it can be read as far as is known: it is asked at the start, then whenever it was read.
        var mayAsk = true
        /// What came of it, for a person.
        var findings: [String] = []
        /// The record of a delay, until it is written.
        var owedDelay: Record?
        /// The record that the ring gave up last.
        var released: RecordNumber?
        /// How far the taint ledger has come, for the next progress.
        var ledger: LedgerMark?
        /// Whether the runtime directory may say more of that; and whether this daemon has noted it there.
        var isLedgerAhead = false
        var hasNotedLedger = false
        /// Whether it has come so far and no further, for the progress of an orderly end.
        var isLedgerLast = false
        /// Records that the daemon before left standing, until the owner takes them.
        var foundStanding: [(record: Record, open: OpenSlot)] = []
        /// How many of the open records may outlast the daemon.
        var standingCount = 0
        /// Slots whose records were handed to journald by this daemon.
        var sentSlots: Set<Int> = []
        /// Whether the ring's shadow is in its place.
        var isShadowed = false
        /// The progress as it was written last.
        var written: RingProgress?
        /// When it was last looked whether ring and shadow are as they were left, on the monotonic clock.
        var lookedAt: UInt64 = 0
        /// Why nothing may be opened, by the file's path: somebody has disturbed the ring or its shadow, and it cannot be put
        /// back.
        var obstacles: [String: TrailError] = [:]
        var obstacle: TrailError? { obstacles.min { $0.key < $1.key }?.value }
        /// What was done to them and made good, for a person; the last that was.
        var disturbance: String?
        /// Since when the journal's disk has been waited for, on the monotonic clock.
        var synchronizesSince: UInt64?
        /// A file of the journal in memory, where the last records that were given up stood in one.
        var volatileFile: String?
        /// Whether that file has gone, so that somebody has to look where its records are now.
        var mustSettle = false
        var delay: DelayWatch
        /// The owner, who is told of delays.
        var whenDelayed: (@Sendable () -> Void)?
        var isDelayUntold = false
        /// The owner, who is told of losses that are found later than at the start.
        var whenLossFound: (@Sendable () -> Void)?
        var isLossUntold = false
        var troubles: [Trouble: String] = [:]
        /// Until when the delivering thread sleeps unless it is woken for news; `nil` while it does not.
        var sleepsUntil: UInt64?
        var isStopped = false
    }

    /// What may not work.
    enum Trouble: Int, Sendable, Hashable, CaseIterable {
        case sending
        case reading
        case synchronizing
        case writing
        case shadowing
    }

    let ring: Ring
    let isRingVolatile: Bool
    /// `nil` where none is kept.
    let shadow: RingShadow?
    /// This boot's id.
    let boot: String
    let realtime: @Sendable () -> UInt64
    /// Never held while a file is written or synced: the status is asked on the thread that serves all clients.
    let state: BargingMutex<State>
    /// Held while a record gets its number and is written.
    let numbering = BargingMutex(())
    /// Shared by who writes to the ring; alone is who writes it anew.
    let using = SharedLock()
    /// Held while the progress is written.
    let progressing = Mutex(())
    /// Held while what is owed is recorded.
    let owing = Mutex(())
    /// Wakes the delivering thread.
    let wake: WakeEvent
    /// Signalled when nothing waits any more.
    let drained: WakeEvent

    init(
        ring: Ring, shadow: RingShadow? = nil, numbering: Numbering, free: [Int], options: Options
    ) throws(LinuxError) {
        self.ring = ring
        isRingVolatile = ring.file.isInMemory
        self.shadow = shadow
        boot = numbering.boot
        realtime = options.realtime
        wake = try WakeEvent()
        drained = try WakeEvent()
        let share = options.slotsPerUser ?? ring.slotCount * options.share / 100
        state = BargingMutex(
            State(
                numbering: numbering, free: free,
                shares: RingShares(capacity: ring.slotCount, reserve: Self.reserve, share: share),
                schedule: DeliverySchedule(slotCount: ring.slotCount, share: share),
                delay: DelayWatch(slotCount: ring.slotCount, limit: options.delayLimit)))
    }

    /// Puts a record into a free slot.
    func open(_ record: Record, durability: Durability, mayUseReserve: Bool) throws(TrailError) -> OpenSlot {
        let stamp = stamp
        var stamped = record
        stamp.put(on: &stamped)
        return try open(
            .opening, stamped.encoded, stamp, RecordOwner(of: record), durability: durability, mayUseReserve)
    }

    /// Puts an exchange into a free slot, without a text being made of it.
    func open(_ exchange: ExchangeOpening, durability: Durability) throws(TrailError) -> OpenSlot {
        let stamp = stamp
        let owner = RecordOwner.holder(AccountHolder(of: exchange.client))
        return try open(.exchange, exchange.bytes(stamp), stamp, owner, durability: durability, false)
    }

    private var stamp: EventStamp {
        EventStamp(boot: boot, time: realtime(), monotonic: Clocks.monotonicMicroseconds)
    }

    private func open(
        _ half: SlotHalf, _ bytes: [UInt8], _ stamp: EventStamp, _ owner: RecordOwner, durability: Durability,
        _ mayUseReserve: Bool
    ) throws(TrailError) -> OpenSlot {
        let slot = try takeSlot(for: owner, mayUseReserve: mayUseReserve)
        let ticket = UInt64.random(in: 1...UInt64.max)
        let content = try using.withShared { () throws(TrailError) in
            do throws(LinuxError) {
                return try write(half, bytes, slot: slot, ticket: ticket, durability)
            } catch {
                try? ring.free(slot: slot)
                state.withLock { state in
                    // The last to be taken again: its place on the disk may be what does not work.
                    state.free.insert(slot, at: 0)
                    state.shares.giveBack(owner)
                    state.openCount -= 1
                }
                throw TrailError(error)
            }
        }
        return OpenSlot(slot: slot, ticket: ticket, stamp: stamp, owner: owner, content: content)
    }

    /// Into the ring first, then into the shadow.
    private func write(
        _ half: SlotHalf, _ bytes: [UInt8], slot: Int, ticket: UInt64, _ durability: Durability
    ) throws(LinuxError) -> SealedContent {
        let own = durability == .disk ? try ring.reopened() : nil
        let content =
            try half == .exchange
            ? ring.open(slot: slot, ticket: ticket, exchange: bytes)
            : ring.open(slot: slot, ticket: ticket, content: bytes)
        try own?.synchronize(subject: ring.path)
        try shadowOpening(slot: slot, ticket: ticket)
        return content
    }

    /// Notes in the ring how many events an open record counts.
    func count(_ tally: Tally, _ open: OpenSlot) throws(TrailError) {
        do throws(LinuxError) {
            try using.withShared { () throws(LinuxError) in
                try ring.count(tally, slot: open.slot, ticket: open.ticket, content: open.content)
            }
        } catch {
            throw TrailError(error)
        }
    }

    private func takeSlot(for owner: RecordOwner, mayUseReserve: Bool) throws(TrailError) -> Int {
        try state.withLock { state throws(TrailError) in
            guard !state.isStopped else {
                throw TrailError(.stopped, problem: "the audit trail has been stopped", remedy: nil)
            }
            if !mayUseReserve, let obstacle = state.obstacle { throw obstacle }
            if !mayUseReserve, let refusal = state.shares.refusal(of: owner) { throw state.error(refusal, owner) }
            guard let slot = state.free.popLast() else { throw state.error(.full, owner) }
            state.shares.take(owner)
            state.openCount += 1
            return slot
        }
    }

    /// Numbers a complete record, writes it beside its opening and has it delivered.
    func close(_ record: Record, _ open: OpenSlot) throws(TrailError) -> UInt64 {
        let closing = ClosingRecord(record: record, open: open)
        do throws(LinuxError) {
            return try numbering.withLock { _ throws(LinuxError) in try write(closing) }
        } catch {
            // No number is used up, and the record waits in memory; the thread tries again.
            state.withLock { state in
                state.unclosed.append(closing)
                state.troubles[.writing] = "\(TrailError(error))"
                wakeThread(&state)
            }
            throw TrailError(error)
        }
    }

    /// Tries the records again that could not be closed. For the delivering thread.
    func closeAgain() {
        let waiting = state.withLock { $0.unclosed }
        guard !waiting.isEmpty else { return }
        numbering.withLock { _ in
            var written = 0
            for closing in waiting {
                guard (try? write(closing)) != nil else { break }
                written += 1
            }
            // At once and not one by one: there may be as many as the ring has slots.
            state.withLock { state in
                state.unclosed.removeFirst(written)
                if state.unclosed.isEmpty { state.troubles[.writing] = nil }
            }
        }
    }

    /// Inside `numbering`, so that numbers come in the order of the chain; but not inside the lock of the state,
    /// which must not wait for a disk.
    private func write(_ closing: ClosingRecord) throws(LinuxError) -> UInt64 {
        let (pending, next) = state.withLock { $0.numbering }.number(closing)
        try using.withShared { () throws(LinuxError) in
            try ring.close(slot: pending.slot, ticket: closing.open.ticket, content: pending.bytes)
            shadowClosing(slot: pending.slot, ticket: closing.open.ticket, sequence: next.sequence)
            state.withLock { state in
                state.numbering.advance(to: next)
                state.openCount -= 1
                state.schedule.add(pending, now: Clocks.monotonicMicroseconds)
                if let time = state.schedule.sendingTime, time < state.sleepsUntil ?? 0 { wakeThread(&state) }
            }
        }
        return pending.number.sequence
    }

    func wakeThread(_ state: inout State) {
        guard state.sleepsUntil != nil else { return }
        state.sleepsUntil = nil
        wake.signal()
    }
}

extension TrailCore.State {
    fileprivate func error(_ refusal: RingShares.Refusal, _ owner: RecordOwner) -> TrailError {
        switch refusal {
        case .full:
            TrailError(
                .full,
                problem:
                    "the ring is full: \(schedule.count) records wait for the journal, and what may be free is kept"
                    + " for root and the daemon",
                remedy: currentTroubles.first ?? "see that journald runs and stores records of every priority")
        case .share:
            TrailError(
                .share,
                problem:
                    "\(owner) has \(shares.slots(of: owner)) records in the ring, which is all that one person or"
                    + " service may have there; others are served",
                remedy: currentTroubles.first ?? "ask again when the journal has taken some of them")
        }
    }
}
