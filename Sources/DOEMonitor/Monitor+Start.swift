internal import DOEAuditTrail
internal import DOELinux
public import DOEMailbox
internal import DOERecord
internal import DOETaint
internal import DOEWords

extension Monitor {
    /// Takes up what the daemon before left: aborts those mailboxes, and no others, in which the ring shows an exchange
    /// that never ended (the trail has recorded it as interrupted), and says what was lost.
    public func takeUp(_ mailboxes: [RegisterMailbox]) throws {
        let interrupted = Set(trail.recovery.interrupted.compactMap { $0[.mailbox] })
        let now = Clocks.realtimeMicroseconds
        for mailbox in mailboxes where interrupted.contains(mailbox.name.description) {
            _ = try ledger.raise(.abort, mailbox: mailbox.identity(), time: now)
            // A function that sleeps or has gone is left alone; its next exchange finds out what the mailbox holds.
            _ = try? mailbox.abort()
        }
        guard !trail.recovery.lost.isEmpty else { return }
        _ = try ledger.raise(.lost, mailbox: nil, time: now)
        for loss in trail.recovery.lost {
            var record = Record(.recordsLost, priority: .alert, message: "Audit records were lost: \(loss)")
            record[.taint] = TaintLetters.lost.description
            try trail.write(record)
        }
    }
}
