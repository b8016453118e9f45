/// When to send, when to read back, when to send again: a pure state machine. Times are microseconds on a clock that
/// never goes back; it starts no clock itself.
///
/// A record goes from `unsent` to `awaiting` to `confirmed`, and leaves when the journal's files are on their disk
/// and its slot is free. What was found in the ring at the start begins as awaiting and overdue: it may have been
/// sent, so it is looked for first; and so is what was confirmed before a sync of the journal failed. What it does
/// for one record costs the logarithm of the ring's size, so a full ring empties as fast as a small one.
struct DeliverySchedule: Sendable {
    /// The next thing to do.
    enum Action: Sendable, Hashable {
        /// Wait until the journal's files are on their disk, then free these slots; then call `released`, or
        /// `synchronizingFailed`, or `releaseFailed`.
        case release([PendingRecord])
        /// Look for each of these in the journal; then call `lookedUp`, or `readingFailed`.
        case lookUp([PendingRecord])
        /// See what the journal has received since the last time; then call `readBack`, or `readingFailed`. The
        /// oldest record that waits happened at `since`, microseconds since 1970.
        case readBack(since: UInt64)
        /// Hand this to journald; then call `sent`, or `sendingFailed`.
        case send(PendingRecord)
        /// Nothing to do before this time, or before something is added.
        case sleep(until: UInt64?)
    }

    static let firstDelay: UInt64 = 2_000
    /// For so long a record that is not loud waits for others, so that they wake this thread and journald once for
    /// all.
    static let gatherTime: UInt64 = 10_000
    /// Freeing costs a sync of the journal and one of the ring, so it is done for many at a time.
    static let releaseInterval: UInt64 = 1_000_000
    static let longestReadingDelay: UInt64 = 1_000_000
    static let longestSendingDelay: UInt64 = 2_000_000
    static let firstResend: UInt64 = 5_000_000
    static let longestResend: UInt64 = 60_000_000
    static let lookUpBatch = 64
    /// A record that was handed over so often and is not in the journal is one that journald does not store.
    static let attemptsUntilUnstored = 2

    private struct Entry {
        let record: PendingRecord
        let order: UInt64
        let addedAt: UInt64
        /// Whether it was sent, or may have been by the daemon before.
        var mayBeThere: Bool
        var attempts = 0
        var isUnstored = false
    }

    private struct Deadline: Comparable {
        let time: UInt64
        let order: UInt64

        static func < (one: Self, other: Self) -> Bool { (one.time, one.order) < (other.time, other.order) }
    }

    /// By slot: what is unsent or awaited.
    private var entries: [Int: Entry] = [:]
    /// Of each number mostly one; of two rings that were one once, each has its own record of it.
    private var slots: [RecordNumber: [Int]] = [:]
    /// By their order.
    private var unsent = SlotHeap<UInt64>()
    private var awaiting = SlotHeap<Deadline>()
    /// All of `entries`, by their order.
    private var orders = SlotHeap<UInt64>()
    /// Those and what is confirmed, by the time of the event.
    private var times = SlotHeap<UInt64>()
    private var confirmed: [Entry] = []
    private var lastOrder: UInt64 = 0

    /// So many records do not wait for more, neither unsent nor confirmed: their slots may be wanted.
    private let batch: Int

    /// What is unsent gathers until then.
    private var gathersUntil: UInt64 = 0
    private var sending = Backoff(first: firstDelay, longest: longestSendingDelay)
    private var reading = Backoff(first: firstDelay, longest: longestReadingDelay)
    private var releasing = Backoff(first: releaseInterval, longest: longestResend)

    /// A schedule for a ring of so many slots, of which one person or service may have `share`.
    init(slotCount: Int, share: Int = .max) { batch = max(1, min(slotCount / 8, share / 4)) }

    /// How many records are not known to be on the journal's disk.
    var count: Int { entries.count + confirmed.count }
    /// Those that the ring has not given up.
    var records: [PendingRecord] { entries.values.map(\.record) + confirmed.map(\.record) }
    /// How many of them were never handed over, or have to be again.
    var unsentCount: Int { unsent.count }
    /// The first of them.
    var firstUnsent: PendingRecord? { unsent.first.flatMap { entries[$0.slot]?.record } }
    /// How many of them journald took more than once, and does not store.
    private(set) var unstoredCount = 0
    /// When the oldest of them happened, microseconds since 1970.
    var oldestTime: UInt64? { times.first?.priority }
    /// Since when the first of them waits, on the schedule's clock.
    var waitingSince: UInt64? { orders.first.flatMap { entries[$0.slot]?.addedAt } }
    /// When the first unsent one is to be handed over; `nil` without one.
    var sendingTime: UInt64? { unsent.isEmpty ? nil : max(gathersUntil, sending.dueAt) }
    /// Whether no record and no slot waits.
    var isEmpty: Bool { entries.isEmpty && confirmed.isEmpty }

    /// A record was closed.
    mutating func add(_ record: PendingRecord, now: UInt64) {
        guard let order = enter(record, now, mayBeThere: false) else { return }
        if unsent.isEmpty { gathersUntil = now + Self.gatherTime }
        unsent.insert(record.slot, order)
        if record.isLoud || unsent.count >= batch { gathersUntil = now }
    }

    /// A closed record was found in the ring at the start.
    mutating func addFound(_ record: PendingRecord, now: UInt64) {
        guard let order = enter(record, now, mayBeThere: true) else { return }
        awaiting.insert(record.slot, Deadline(time: 0, order: order))
    }

    /// Everything that waits for a time is tried now: the end is near.
    mutating func hurry() {
        gathersUntil = 0
        sending.reset()
        reading.reset()
        releasing.reset()
    }

    mutating func nextAction(now: UInt64) -> Action {
        let isBatch = confirmed.count >= batch && !releasing.hasFailed
        if !confirmed.isEmpty, isBatch || releasing.isDue(now) { return .release(confirmed.map(\.record)) }
        if let first = awaiting.first, reading.isDue(now) {
            if first.priority.time <= now { return .lookUp(overdue(now)) }
            return .readBack(since: oldestTime ?? 0)
        }
        if let record = firstUnsent, sendingTime ?? 0 <= now { return .send(record) }
        var times: [UInt64] = []
        if !confirmed.isEmpty { times.append(releasing.dueAt) }
        if !awaiting.isEmpty { times.append(reading.dueAt) }
        if let sendingTime { times.append(sendingTime) }
        return .sleep(until: times.min())
    }

    /// The first unsent record was handed over.
    mutating func sent(now: UInt64) {
        guard let (order, slot) = unsent.first, let attempts = entries[slot]?.attempts else { return }
        let delay = min(Self.longestResend, Self.firstResend << UInt64(min(attempts, 8)))
        if awaiting.isEmpty { reading.startOver(now) }
        entries[slot]?.attempts = attempts + 1
        entries[slot]?.mayBeThere = true
        unsent.remove(slot)
        awaiting.insert(slot, Deadline(time: now + delay, order: order))
        sending.reset()
    }

    /// journald's socket is absent or full.
    mutating func sendingFailed(now: UInt64) { sending.failed(now) }

    /// Those that wait under a number.
    func waiting(_ number: RecordNumber) -> [PendingRecord] {
        slots[number, default: []].compactMap { entries[$0]?.record }
    }

    /// These were seen in the journal, whole. What nobody waits for is passed over.
    mutating func readBack(_ records: [PendingRecord], now: UInt64) {
        var found = false
        for record in records { found = confirm(record) || found }
        found ? reading.startOver(now) : reading.failed(now)
    }

    /// Of the records asked for these were found, the others are not in the journal: they are sent again.
    mutating func lookedUp(_ asked: [PendingRecord], found: [PendingRecord], now: UInt64) {
        for record in found { _ = confirm(record) }
        for record in asked {
            guard awaiting.contains(record.slot), var missing = entries[record.slot] else { continue }
            if missing.attempts >= Self.attemptsUntilUnstored, !missing.isUnstored {
                missing.isUnstored = true
                unstoredCount += 1
                entries[record.slot] = missing
            }
            awaiting.remove(record.slot)
            unsent.insert(record.slot, missing.order)
        }
        reading.startOver(now)
    }

    /// The journal could not be read. Nothing is sent again until it can: it may all be there.
    mutating func readingFailed(now: UInt64) { reading.failed(now) }

    /// What was seen in the journal may not be on its disk: each is looked for again after a while, and sent again
    /// where it is not found.
    mutating func synchronizingFailed(now: UInt64) {
        releasing.failed(now)
        let doubted = confirmed
        confirmed = []
        for entry in doubted where enter(entry) {
            awaiting.insert(entry.record.slot, Deadline(time: releasing.dueAt, order: entry.order))
        }
    }

    /// The slots of these are free.
    mutating func released(_ records: [PendingRecord], now: UInt64) {
        // Nothing confirms in between: one thread does both.
        confirmed.removeFirst(min(records.count, confirmed.count))
        for record in records { times.remove(record.slot) }
        releasing.startOver(now)
    }

    /// The ring could not be written.
    mutating func releaseFailed(now: UInt64) { releasing.failed(now) }

    /// `nil` where the same record waits already, in another slot: one of the two is enough.
    private mutating func enter(_ record: PendingRecord, _ now: UInt64, mayBeThere: Bool) -> UInt64? {
        lastOrder += 1
        let entry = Entry(record: record, order: lastOrder, addedAt: now, mayBeThere: mayBeThere)
        return enter(entry) ? lastOrder : nil
    }

    private mutating func enter(_ entry: Entry) -> Bool {
        let record = entry.record
        times.insert(record.slot, record.time)
        guard !waiting(record.number).contains(where: { $0.bytes == record.bytes }) else {
            confirmed.append(entry)
            return false
        }
        slots[record.number, default: []].append(record.slot)
        entries[record.slot] = entry
        orders.insert(record.slot, entry.order)
        return true
    }

    /// Only what was handed over can be confirmed: anything else in the journal is forged.
    private mutating func confirm(_ record: PendingRecord) -> Bool {
        let slot = record.slot
        guard var entry = entries[slot], entry.record == record, entry.mayBeThere else { return false }
        entries[slot] = nil
        slots[record.number]?.removeAll { $0 == slot }
        if slots[record.number]?.isEmpty == true { slots[record.number] = nil }
        unsent.remove(slot)
        awaiting.remove(slot)
        orders.remove(slot)
        if entry.isUnstored { unstoredCount -= 1 }
        entry.isUnstored = false
        confirmed.append(entry)
        return true
    }

    /// The first of those that are overdue. They stay where they are until it is known what became of them.
    private mutating func overdue(_ now: UInt64) -> [PendingRecord] {
        var taken: [(slot: Int, deadline: Deadline)] = []
        while taken.count < Self.lookUpBatch, let (deadline, slot) = awaiting.first, deadline.time <= now {
            taken.append((slot, deadline))
            awaiting.remove(slot)
        }
        for (slot, deadline) in taken { awaiting.insert(slot, deadline) }
        return taken.compactMap { entries[$0.slot]?.record }
    }
}
