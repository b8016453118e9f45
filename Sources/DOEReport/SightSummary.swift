public import DOEWords

/// What the witness's own records say of the time: when it saw what goes past the proxy, and when nobody did.
public struct SightSummary: Hashable, Sendable, Encodable {
    /// A time in which nobody looked.
    public struct Unseen: Hashable, Sendable, Encodable {
        /// When it began.
        public let first: Timestamp
        /// When it ended.
        public internal(set) var last: Timestamp
    }

    /// Whether there is any record of the witness in the time. Without one nothing is known: it may have seen all of it,
    /// or be switched off.
    public internal(set) var isTold = false
    /// Since when nobody looks, at the end of the time; `nil` where the witness sees then.
    public internal(set) var blindSince: Timestamp?
    /// Why.
    public internal(set) var blindReason: String?
    /// The times in which nobody looked, but those right after boot.
    public internal(set) var unseen: [Unseen] = []
    /// Events that the witness has lost.
    public internal(set) var missed = 0

    /// Whether something may have gone unseen.
    public var isDoubtful: Bool { blindSince != nil || !unseen.isEmpty || missed > 0 }
}
