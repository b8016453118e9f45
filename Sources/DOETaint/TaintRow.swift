public import DOEWords

/// Both views of one place side by side, as a person reads them.
public struct TaintRow: Hashable, Sendable {
    /// host, function, mailbox; device for one that nothing was raised on since boot.
    public let scope: String
    /// Which one.
    public let subject: String
    /// Letters since boot.
    public let sinceBoot: TaintLetters
    /// Letters that nobody has acknowledged, from earlier boots too.
    public let unacknowledged: TaintLetters
    /// When the first of these letters was raised, microseconds since 1970.
    public let first: UInt64
    /// When one of them was last raised.
    public let last: UInt64
}
