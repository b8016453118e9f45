/// What a ring's file held when it was opened.
struct RingContent: Sendable, Equatable {
    /// One slot.
    enum Slot: Sendable, Hashable {
        /// It may be used.
        case free
        /// A record that was never closed, as it was opened.
        case open([UInt8], ticket: UInt64)
        /// A record that was closed and not yet seen in the journal.
        case closed([UInt8], ticket: UInt64)
        /// A record as it was opened, and the journal was seen to hold it complete: its freeing did not reach the disk. Only the
        /// shadow shows it.
        case finished
        /// There was a record, and it cannot be read.
        case lost
        /// The file ends before it.
        case cutOff
    }

    var slots: [Slot]
    /// The newer whole copy; `nil` where there is none.
    var progress: RingProgress?
    /// Whether the last number given is known: not where a copy of the progress or a closing half was damaged.
    var isNumberingCertain = true
    /// What was damaged and could be made good, for a person.
    var repaired: [String] = []
    /// What was damaged and is lost, for a person.
    var lost: [String] = []
}
