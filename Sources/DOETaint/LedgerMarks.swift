public import DOEWords

/// What was noted elsewhere of how far the ledger had come.
public struct LedgerMarks: Hashable, Sendable {
    let all: [LedgerMark]
    /// Why the ledger may have come further than any of them says; `nil` where it has not.
    let doubt: String?
    /// It has come so far and no further; `nil` where that is not known.
    let last: LedgerMark?

    /// Nothing was noted.
    public init() { self.init([], doubt: nil) }

    init(_ all: [LedgerMark], doubt: String?, last: LedgerMark? = nil) {
        self.all = all
        self.doubt = doubt
        self.last = last
    }

    /// `ring` was noted in the ring's progress. That is the last one where the daemon before ended in order
    /// (`isLast`); where it was killed in this boot (`isAhead`) the last one has to stand in the runtime directory,
    /// `found`.
    public init(found: LedgerMarkFile.Found, ring: LedgerMark?, isAhead: Bool, isLast: Bool) {
        let last = isLast ? ring : nil
        switch found {
        case .mark(let mark): self.init([mark] + [ring].compactMap(\.self), doubt: nil, last: last)
        case .nothing(let why), .unusable(let why):
            self.init([ring].compactMap(\.self), doubt: isAhead && ring != nil ? why : nil, last: last)
        }
    }
}
