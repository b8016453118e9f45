public import DOEWords

/// What was noted elsewhere of how far the ledger had come.
public struct LedgerMarks: Hashable, Sendable {
    let all: [LedgerMark]
    /// Why the ledger may have come further than any of them says; `nil` where it has not.
    let doubt: String?

    /// Nothing was noted.
    public init() { (all, doubt) = ([], nil) }

    /// `ring` was noted in the ring's progress. That is the last one where the daemon before ended in order; where it
    /// was killed in this boot (`isAhead`) the last one has to stand in the runtime directory, `found`.
    public init(found: LedgerMarkFile.Found, ring: LedgerMark?, isAhead: Bool) {
        switch found {
        case .mark(let mark): (all, doubt) = ([mark] + [ring].compactMap(\.self), nil)
        case .nothing(let why), .unusable(let why):
            all = [ring].compactMap(\.self)
            doubt = isAhead && ring != nil ? why : nil
        }
    }
}
