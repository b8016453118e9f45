/// How far a taint ledger has come. It is noted outside of the ledger, so that one that was removed, cut off, or
/// replaced by an older one shows.
public struct LedgerMark: Hashable, Sendable {
    /// Which ledger: a random number that was made with it, and stays when it is written anew.
    public let ledger: UInt64
    /// How many lines were ever written to it.
    public let lines: UInt64
    /// The digest of the last of them, 32 hexadecimal digits.
    public let digest: String

    /// The most lines that are believed of a ledger: no daemon writes as many, and below it one more is always a number.
    public static let mostLines = UInt64.max / 4

    /// A mark from its parts.
    public init(ledger: UInt64, lines: UInt64, digest: String) {
        self.ledger = ledger
        self.lines = lines
        self.digest = digest
    }
}
