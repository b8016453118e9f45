public import DOERecord

/// A record that was opened and has to be closed: complete `record`, then call `close`.
///
/// Forgetting it is not silent: it is then closed as a failure with the status `forgotten`.
public struct OpenRecord: ~Copyable, Sendable {
    /// The record, to be completed. What the trail stamps (number, chain, boot, time) need not be set and cannot.
    public var record: Record
    private let slot: OpenSlot
    private let core: TrailCore
    private var isClosed = false

    init(record: Record, slot: OpenSlot, core: TrailCore) {
        self.record = record
        self.slot = slot
        self.core = core
    }

    /// Has the record count so many events, of which the last was at this time, microseconds since 1970. When this
    /// returns a daemon that is killed loses none of them: the next one finds the count. When it throws, the record
    /// counts as many as before.
    public mutating func count(_ events: UInt64, last: UInt64) throws(TrailError) {
        try core.count(Tally(count: events, last: last), slot)
        record[.count] = String(events)
        record[.last] = String(last)
    }

    /// Gives the record its number and hands it to delivery; returns the number.
    ///
    /// When it throws, the record as it was opened is in the ring and the complete one is kept in memory until it can
    /// be written.
    public consuming func close() throws(TrailError) -> UInt64 {
        isClosed = true
        return try core.close(record, slot)
    }

    deinit {
        guard !isClosed else { return }
        // Where even this fails, the record waits in memory or is found open in the ring at the next start.
        _ = try? core.close(record.forgotten, slot)
    }
}
