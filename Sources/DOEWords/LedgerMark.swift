/// How far a taint ledger has come. It is noted outside of the ledger, so that one that was removed, cut off, or
/// replaced by an older one shows.
public struct LedgerMark: Hashable, Sendable {
    /// Which ledger: a random number that was made with it, and stays when it is written anew.
    public let ledger: UInt64
    /// How many lines were ever written to it.
    public let lines: UInt64
    /// The digest of the last of them, 32 hexadecimal digits.
    public let digest: String

    /// A mark from its parts.
    public init(ledger: UInt64, lines: UInt64, digest: String) {
        self.ledger = ledger
        self.lines = lines
        self.digest = digest
    }
}
