public import DOEWords

/// What may change between the judgement, the first dword and GO, and is looked at again at both.
public struct Circumstances: Hashable, Sendable {
    /// What kind of host this is.
    public var mode: Mode
    /// The mailbox's lease; `nil` where it has none.
    public var lease: LeaseStanding?
    /// The mailbox and its function as they are now, since a driver may have been bound; `nil` for as they were judged.
    public var mailbox: MailboxIdentity?
    /// What time it is, since a rule may have ended; `nil` for when it was judged.
    public var time: Timestamp?
    /// What the judge is not asked about, and stands in the way all the same.
    public var hindrance: Hindrance?

    /// Circumstances from their parts.
    public init(
        mode: Mode, lease: LeaseStanding? = nil, mailbox: MailboxIdentity? = nil, hindrance: Hindrance? = nil
    ) {
        self.mode = mode
        self.lease = lease
        self.mailbox = mailbox
        self.hindrance = hindrance
    }
}

/// A part of the daemon that says that a request may not be sent now, although the judge would let it pass.
public struct Hindrance: Hashable, Sendable {
    /// The part, the word of DOE_RULE.
    public let by: String
    /// Why, a sentence without a full stop.
    public let because: String

    /// A hindrance from its parts.
    public init(by part: String, because reason: String) {
        by = part
        because = reason
    }
}
