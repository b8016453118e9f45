package import DOEWords

/// What may change between the judgement, the first dword and GO, and is looked at again at both.
package struct Circumstances: Hashable, Sendable {
    /// What kind of host this is.
    package var mode: Mode
    /// The mailbox's lease; `nil` where it has none.
    package var lease: LeaseStanding?
    /// The mailbox and its function as they are now, since a driver may have been bound; `nil` for as they were
    /// judged.
    package var mailbox: MailboxIdentity?
    /// What time it is, since a rule may have ended; `nil` for when it was judged.
    package var time: Timestamp?
    /// What the judge is not asked about, and stands in the way all the same.
    package var hindrance: Hindrance?

    /// Circumstances from their parts.
    package init(
        mode: Mode, lease: LeaseStanding? = nil, mailbox: MailboxIdentity? = nil, hindrance: Hindrance? = nil
    ) {
        self.mode = mode
        self.lease = lease
        self.mailbox = mailbox
        self.hindrance = hindrance
    }
}

/// A part of the daemon that says that a request may not be sent now, although the judge would let it pass.
package struct Hindrance: Hashable, Sendable {
    /// The part, the word of DOE_RULE.
    package let by: String
    /// Why, a sentence without a full stop.
    package let because: String

    /// A hindrance from its parts.
    package init(by part: String, because reason: String) {
        by = part
        because = reason
    }
}
