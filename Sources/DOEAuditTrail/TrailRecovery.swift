public import DOEWords

/// What the trail found in the ring when it was opened.
public struct TrailRecovery: Sendable {
    /// Why a new instance began, or that none did.
    public enum Continuity: Hashable, Sendable {
        /// Numbers and chain go on.
        case continued
        /// The ring is new.
        case newRing
        /// There is no ring any more in a state directory that had one.
        case ringAbsent
        /// Nothing is lost as far as the ring knows; but the machine was booted since it was written, or no shadow
        /// shows that it is the one that was written last, or the journal cannot be asked whether it is. Numbers begin
        /// anew, and the first record names the last one before.
        case succeeded
        /// The ring was written on another machine: the disk was copied or moved, or the machine id is another.
        case otherMachine
        /// The machine went down without an orderly end: the last numbers given are not known.
        case powerCut
        /// The ring was damaged where it keeps its numbers.
        case damaged
        /// The ring is whole, and is not what was written into it: its file system failed and is mounted anew, or an
        /// older ring was put into its place. The shadow shows it, or the journal.
        case rolledBack
        /// The daemon before did not end in order, and the shadow that would show what was in the ring is gone.
        case unproven
    }

    /// Why a new instance began, or that none did.
    public internal(set) var continuity: Continuity
    /// Whether records were lost, or cannot be shown to be there: the host has to be tainted `L`, and `recordLoss`
    /// has to be called then.
    public internal(set) var isLoss = false
    /// How many closed records of the daemon before are still to be delivered.
    public internal(set) var undelivered = 0
    /// What was damaged and could be made good, for a person.
    public internal(set) var repaired: [String] = []
    /// What is lost, and what the daemon before has found lost and could not record, for a person; `records-lost` says
    /// it too.
    public internal(set) var lost: [String] = []
    /// What is no loss and has to be known all the same, for a person.
    public internal(set) var notices: [String] = []
    /// How far the taint ledger had come when the ring's progress was written last; `nil` where nobody has said.
    public internal(set) var ledger: LedgerMark?
    /// Whether it may have come further, and that has to stand in the runtime directory: a daemon has noted it there
    /// too in this boot, and none has ended in order since.
    public internal(set) var isLedgerAhead = false
    /// Whether it had come so far and no further: the daemon before ended in order, and said so.
    public internal(set) var isLedgerLast = false
}
