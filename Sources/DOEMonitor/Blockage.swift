public import DOEWords

/// A mailbox whose thread stands still: the kernel does not let it go.
public struct Blockage: Hashable, Sendable {
    /// The mailbox.
    public let mailbox: MailboxName
    /// Since when, microseconds since 1970.
    public let since: UInt64
    /// Where the thread is.
    let stage: ExchangeProgress.Stage

    init(_ mailbox: MailboxName, _ stage: ExchangeProgress.Stage, since: UInt64) {
        self.mailbox = mailbox
        self.since = since
        self.stage = stage
    }

    /// The sentence that a person reads: what stands still, since when, and at what.
    public var sentence: String {
        let time = Timestamp(microseconds: since)
        return "\(mailbox) is blocked since \(time.point): \(cause)"
    }

    private var cause: String {
        switch stage {
        case .atMailbox where mailbox.kind == .remote: "its thread has not come back from its SPDM socket"
        case .atMailbox: "the kernel has not come back from an access to its config space"
        case .preparing, .finishing: "the kernel has not come back from writing its record or taint to the disk"
        }
    }

    /// The refusal of what cannot be sent meanwhile.
    var refusal: Refusal { Refusal(by: "mailbox", because: sentence) }

    /// What the client of the exchange that stands still is told. Before the device it is a refusal: the device will not
    /// be asked any more.
    func reply(to passage: Passage) -> Reply {
        guard stage == .preparing else {
            let end = "what comes of it will be on record, and is not told any more"
            return passage.blocked(because: "\(sentence); the device may have been asked, \(end)").reply(sequence: nil)
        }
        var passage = passage
        passage.refuse(refusal)
        return passage.reply(sequence: nil)
    }
}
