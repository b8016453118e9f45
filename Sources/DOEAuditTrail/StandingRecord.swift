internal import DOELinux
public import DOERecord

/// A record of a state that lasts, open in the ring: so the next daemon knows of it where this one ends before the
/// state does, in order or not. The journal gets it when it is closed.
///
/// Forgetting it forgets nothing: the ring shows it as open, and the next daemon is handed it
/// (`AuditTrail.takeStanding`).
public struct StandingRecord: Sendable {
    /// As it was opened.
    public let record: Record
    private let slot: OpenSlot
    private let core: TrailCore

    init(record: Record, slot: OpenSlot, core: TrailCore) {
        self.record = record
        self.slot = slot
        self.core = core
    }

    /// Gives it its number, as this record, and hands it to delivery; to be called once.
    ///
    /// When it throws, the record as it was opened is in the ring and the complete one is kept in memory until it can
    /// be written.
    @discardableResult
    public func close(as record: Record) throws(TrailError) -> UInt64 {
        core.state.withLock { $0.standingCount -= 1 }
        return try core.close(record, slot)
    }
}
