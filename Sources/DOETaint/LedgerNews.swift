internal import DOEWords

/// What the ledger has to say of itself while the daemon lives.
public enum LedgerNews: Hashable, Sendable {
    /// Somebody was at its file; whether all of it was written anew since.
    case changed(LedgerChange, isPutBack: Bool)
    /// Letters are owed, and another try to write them has failed.
    case owes
    /// All that was owed is on the disk.
    case paid
}

/// What somebody has done to the file since the start.
struct LedgerChanges: Sendable {
    private var count = 0
    private var last: (change: LedgerChange, isPutBack: Bool, time: UInt64)?

    mutating func note(_ change: LedgerChange, isPutBack: Bool, time: UInt64) {
        // What is put right at last was counted when it was found.
        if last?.isPutBack != false || last?.change != change { count += 1 }
        last = (change, isPutBack, time)
    }

    /// For a person; `nil` where nobody was at it.
    var sentence: String? {
        guard let last else { return nil }
        let time = Timestamp(microseconds: last.time).point
        let often = count > 1 ? "; \(count) times since the start" : ""
        return "somebody was at the taint ledger: \(last.change), seen \(time)\(often); "
            + (last.isPutBack
                ? "it was written anew from memory and lacks nothing; find out who did that"
                : "it cannot be written anew, and is in memory alone")
    }
}
