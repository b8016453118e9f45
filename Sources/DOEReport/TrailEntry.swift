public import DOERecord

/// A record as it was read, with what only the journal knows of it.
public struct TrailEntry: Hashable, Sendable {
    /// The record.
    public let record: Record
    /// Who wrote it, by journald's own field `_UID`; `nil` where there is none.
    public let writerUID: UInt32?

    /// An entry from its parts.
    public init(record: Record, writerUID: UInt32?) {
        self.record = record
        self.writerUID = writerUID
    }
}
