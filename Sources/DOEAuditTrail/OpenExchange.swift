public import DOERecord

/// An exchange that is open in the ring and has to be closed with its record.
///
/// Forgetting it is not silent: it is then closed as a failure with the status `forgotten`.
public struct OpenExchange: ~Copyable, Sendable {
    private let opening: ExchangeOpening
    private let slot: OpenSlot
    private let core: TrailCore
    private var isClosed = false

    init(_ opening: ExchangeOpening, slot: OpenSlot, core: TrailCore) {
        self.opening = opening
        self.slot = slot
        self.core = core
    }

    /// Gives the complete record its number and hands it to delivery; returns the number. What the trail stamps
    /// (number, chain, boot, time) need not be set and cannot.
    ///
    /// When it throws, the exchange as it was opened is in the ring and the record is kept in memory until it can be
    /// written.
    public consuming func close(_ record: Record) throws(TrailError) -> UInt64 {
        isClosed = true
        return try core.close(record, slot)
    }

    deinit {
        guard !isClosed else { return }
        // Where even this fails, the record waits in memory or is found open in the ring at the next start.
        _ = try? core.close(opening.record.forgotten, slot)
    }
}

extension Record {
    /// This record of an exchange whose end the daemon has lost.
    var forgotten: Record {
        var forgotten = self
        forgotten.event = .exchangeFailed
        forgotten.priority = .error
        forgotten.message = "An exchange was forgotten by the daemon: " + message
        forgotten[.status] = "forgotten"
        return forgotten
    }
}
