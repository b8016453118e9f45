internal import DOEAuditTrail
internal import DOELinux
public import DOEMailbox
internal import DOERecord
internal import DOETaint
internal import DOEWords

extension Monitor {
    /// Takes up what the daemon before left: aborts those mailboxes, and no others, in which the ring shows an exchange
    /// that never ended (the trail has recorded it as interrupted), and taints the host where records were lost. A
    /// remote mailbox needs no abort: the connection on which it would answer ended with that daemon.
    public func takeUp(_ mailboxes: [any Mailbox]) throws {
        let interrupted = Set(trail.recovery.interrupted.compactMap { $0[.mailbox] })
        for mailbox in mailboxes where interrupted.contains(mailbox.name.description) {
            try raise(.abort, mailbox: mailbox.identity())
            // A function that sleeps or has gone is left alone; its next exchange finds out what the mailbox holds.
            _ = try? (mailbox as? RegisterMailbox)?.abort()
        }
        // The trail has recorded the loss itself, before anything else.
        if !trail.recovery.lost.isEmpty { try raise(.lost, mailbox: nil) }
    }

    private func raise(_ letter: TaintLetters, mailbox: MailboxIdentity?) throws(TaintError) {
        let new = try ledger.raise(letter, mailbox: mailbox, time: Clocks.realtimeMicroseconds)
        if !new.isEmpty { taintIsNew() }
    }
}
