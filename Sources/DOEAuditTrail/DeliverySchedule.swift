/// When to send, when to read back, when to send again: a pure state machine. Times are microseconds on a clock that
/// never goes back; it starts no clock itself.
///
/// A record goes from `unsent` to `awaiting` to `confirmed`, and leaves when its slot is free. What was found in the
/// ring at the start begins as awaiting and overdue: it may have been sent, so it is looked for first.
struct DeliverySchedule: Sendable {
    /// The next thing to do.
    enum Action: Sendable, Hashable {
        /// Free these slots; then call `released`, or `releaseFailed`.
        case release([PendingRecord])
        /// Look for each of these in the journal; then call `lookedUp`, or `readingFailed`.
        case lookUp([PendingRecord])
        /// See what the journal has received since the last time; then call `readBack`, or `readingFailed`. The
        /// oldest record that is awaited happened at `since`, microseconds since 1970.
        case readBack(since: UInt64)
        /// Hand this to journald; then call `sent`, or `sendingFailed`.
        case send(PendingRecord)
        /// Nothing to do before this time, or before something is added.
        case sleep(until: UInt64?)
    }

    static let firstDelay: UInt64 = 2_000
    /// Freeing costs a sync of the disk, so it is done for many at a time.
    static let releaseInterval: UInt64 = 50_000
    static let longestReadingDelay: UInt64 = 1_000_000
    static let longestSendingDelay: UInt64 = 2_000_000
    static let firstResend: UInt64 = 5_000_000
    static let longestResend: UInt64 = 60_000_000
    static let lookUpBatch = 64

    private struct Awaiting {
        let record: PendingRecord
        let order: UInt64
        var attempts: Int
        var deadline: UInt64
    }

    /// Sorted by order, the oldest first.
    private var unsent: [(order: UInt64, attempts: Int, record: PendingRecord)] = []
    private var awaiting: [RecordNumber: Awaiting] = [:]
    private var confirmed: [PendingRecord] = []
    private var lastOrder: UInt64 = 0
    /// No awaited record's deadline is earlier; it may be later.
    private var earliestDeadline = UInt64.max

    /// So many confirmed records are released without waiting for more: their slots may be wanted.
    private let releaseBatch: Int

    private var sending = Backoff(first: firstDelay, longest: longestSendingDelay)
    private var reading = Backoff(first: firstDelay, longest: longestReadingDelay)
    private var releasing = Backoff(first: releaseInterval, longest: longestReadingDelay)

    /// A schedule for a ring of so many slots.
    init(slotCount: Int) { releaseBatch = max(1, slotCount / 8) }

    /// How many records the journal has not been seen to hold.
    var count: Int { unsent.count + awaiting.count }
    /// How many of them were never handed over, or have to be again.
    var unsentCount: Int { unsent.count }
    /// When the oldest of them happened, microseconds since 1970.
    var oldestTime: UInt64? {
        let times = [unsent.lazy.map(\.record.time).min(), awaiting.values.lazy.map(\.record.time).min()]
        return times.compactMap { $0 }.min()
    }
    /// Whether no record and no slot waits.
    var isEmpty: Bool { unsent.isEmpty && awaiting.isEmpty && confirmed.isEmpty }

    /// A record was closed.
    mutating func add(_ record: PendingRecord) {
        lastOrder += 1
        unsent.append((lastOrder, 0, record))
    }

    /// A closed record was found in the ring at the start.
    mutating func addFound(_ record: PendingRecord) {
        lastOrder += 1
        awaiting[record.number] = Awaiting(record: record, order: lastOrder, attempts: 0, deadline: 0)
        earliestDeadline = 0
    }

    /// Everything that waits for a time is tried now: the end is near.
    mutating func hurry() {
        sending.reset()
        reading.reset()
        releasing.reset()
    }

    mutating func nextAction(now: UInt64) -> Action {
        let isBatch = confirmed.count >= releaseBatch && !releasing.hasFailed
        if !confirmed.isEmpty, isBatch || releasing.isDue(now) { return .release(confirmed) }
        if !awaiting.isEmpty, reading.isDue(now) {
            if earliestDeadline <= now, let overdue = takeOverdue(now) { return .lookUp(overdue) }
            return .readBack(since: awaiting.values.lazy.map(\.record.time).min() ?? 0)
        }
        if let first = unsent.first, sending.isDue(now) { return .send(first.record) }
        var times: [UInt64] = []
        if !confirmed.isEmpty { times.append(releasing.dueAt) }
        if !awaiting.isEmpty { times.append(reading.dueAt) }
        if !unsent.isEmpty { times.append(sending.dueAt) }
        return .sleep(until: times.min())
    }

    /// The first unsent record was handed over.
    mutating func sent(now: UInt64) {
        guard !unsent.isEmpty else { return }
        let (order, attempts, record) = unsent.removeFirst()
        let delay = min(Self.longestResend, Self.firstResend << UInt64(min(attempts, 8)))
        if awaiting.isEmpty { reading.startOver(now) }
        awaiting[record.number] = Awaiting(record: record, order: order, attempts: attempts + 1, deadline: now + delay)
        earliestDeadline = min(earliestDeadline, now + delay)
        sending.reset()
    }

    /// journald's socket is absent or full.
    mutating func sendingFailed(now: UInt64) { sending.failed(now) }

    /// These were seen in the journal; `chains` by number. Numbers that nobody waits for are passed over.
    mutating func readBack(_ chains: [RecordNumber: String], now: UInt64) {
        var found = false
        for (number, chain) in chains { found = confirm(number, chain) || found }
        found ? reading.startOver(now) : reading.failed(now)
    }

    /// Of the records asked for these were found, the others are not in the journal: they are sent again.
    mutating func lookedUp(_ asked: [PendingRecord], found chains: [RecordNumber: String], now: UInt64) {
        for record in asked {
            if let chain = chains[record.number], confirm(record.number, chain) { continue }
            guard let missing = awaiting.removeValue(forKey: record.number) else { continue }
            let place = unsent.firstIndex { $0.order > missing.order } ?? unsent.count
            unsent.insert((missing.order, missing.attempts, missing.record), at: place)
        }
        earliestDeadline = awaiting.values.lazy.map(\.deadline).min() ?? .max
        reading.startOver(now)
    }

    /// The journal could not be read. Nothing is sent again until it can: it may all be there.
    mutating func readingFailed(now: UInt64) { reading.failed(now) }

    /// The slots of these are free.
    mutating func released(_ records: [PendingRecord], now: UInt64) {
        // Nothing confirms in between: one thread does both.
        confirmed.removeFirst(min(records.count, confirmed.count))
        releasing.startOver(now)
    }

    /// The ring could not be written.
    mutating func releaseFailed(now: UInt64) { releasing.failed(now) }

    private mutating func confirm(_ number: RecordNumber, _ chain: String) -> Bool {
        guard awaiting[number]?.record.chain == chain, let entry = awaiting.removeValue(forKey: number) else {
            return false
        }
        confirmed.append(entry.record)
        return true
    }

    private mutating func takeOverdue(_ now: UInt64) -> [PendingRecord]? {
        earliestDeadline = awaiting.values.lazy.map(\.deadline).min() ?? .max
        let overdue = awaiting.values.filter { $0.deadline <= now }.sorted { $0.order < $1.order }
        return overdue.isEmpty ? nil : overdue.prefix(Self.lookUpBatch).map(\.record)
    }
}
