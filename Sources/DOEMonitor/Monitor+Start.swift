internal import DOEAuditTrail
internal import DOELinux
package import DOEMailbox
internal import DOERecord
internal import DOETaint
internal import DOEWords
internal import PCIConfig

extension Monitor {
    /// Takes up what the daemon before left: raises the letters that it owed to the ledger, aborts those mailboxes,
    /// and no others, in which the ring shows an exchange that never ended, each once, and taints the host where
    /// records were lost.
    ///
    /// A record is closed when all that it asks for is done. So whoever is killed in here leaves the rest to the
    /// next.
    package func takeUp(_ mailboxes: [any Mailbox]) throws {
        takeUpOwed()
        if trail.recovery.isLoss { taintForLoss() }
        while let interrupted = trail.takeInterrupted() {
            try takeUp(interrupted, among: mailboxes)
        }
    }

    /// Records are lost; also called on the trail's thread, where the journal shows it.
    func taintForLoss() {
        guard raise(happened: .lost, mailbox: nil).isLasting else { return owed.waitWithLoss() }
        trail.recordLoss()
    }

    /// Records are delayed past the journal; called on the trail's thread.
    func taintForDelay() { raise(happened: .lost, mailbox: nil) }

    private func takeUp(_ interrupted: consuming InterruptedMailbox, among mailboxes: [any Mailbox]) throws {
        let mailbox = mailboxes.first { $0.name == interrupted.name }
        // The letters that were about to be raised belong to it: the records show them.
        var letters = interrupted.records.reduce(into: TaintLetters()) { $0.formUnion($1.taint) }
        if interrupted.needsAbort { letters.insert(.abort) }
        let raised = raise(
            happened: letters, mailbox: mailbox?.identity() ?? MailboxIdentity(name: interrupted.name))
        let aftermath = interrupted.needsAbort ? abort(mailbox) : .nothingToAbort
        // Its record stays open where nothing else has the letters: the next daemon is handed it again.
        if raised.isLasting { try interrupted.close(aftermath) }
    }

    /// A function that sleeps, is lent or has gone is left alone; its next exchange finds out what the mailbox holds.
    /// A remote mailbox needs no abort: the connection on which it would answer ended with that daemon.
    private func abort(_ mailbox: (any Mailbox)?) -> Aftermath {
        guard let mailbox else { return .notAborted(because: "it is no longer there, or not served any more") }
        guard let mailbox = mailbox as? RegisterMailbox else { return .nothingToAbort }
        do throws(ConfigSpaceError) {
            return switch try mailbox.abort() {
            case .worked: .aborted
            case .gone: .notAborted(because: "its function went away meanwhile")
            case .failed, .none: .notAborted(because: "it did not become free within a second")
            }
        } catch {
            return .notAborted(because: error.problem)
        }
    }
}
