internal import DOEAuditTrail
internal import DOELinux
package import DOEMailbox
internal import DOERecord
internal import DOETaint
internal import DOEWords
internal import PCIConfig

extension Monitor {
    /// Takes up what the daemon before left: aborts those mailboxes, and no others, in which the ring shows an
    /// exchange that never ended, each once, and taints the host where records were lost.
    ///
    /// A record is closed when all that it asks for is done. So whoever is killed in here leaves the rest to the
    /// next.
    package func takeUp(_ mailboxes: [any Mailbox]) throws {
        if trail.recovery.isLoss { taintForLoss() }
        while let interrupted = trail.takeInterrupted() {
            try takeUp(interrupted, among: mailboxes)
        }
    }

    /// Records are lost; also called on the trail's thread, where the journal shows it.
    func taintForLoss() {
        if canRaise(.lost, mailbox: nil) { trail.recordLoss() }
    }

    /// Records are delayed past the journal; called on the trail's thread.
    func taintForDelay() {
        _ = canRaise(.lost, mailbox: nil)
    }

    /// A full disk must not keep the daemon from starting: it would deliver nothing then. What cannot be raised now
    /// is left to the next daemon, and until then no exchange passes that raises a letter.
    private func canRaise(_ letters: TaintLetters, mailbox: MailboxIdentity?) -> Bool {
        do throws(TaintError) {
            try raise(letters, mailbox: mailbox)
            return true
        } catch {
            let place = mailbox.map { "\($0.name)" } ?? "the host"
            count { $0.taintTrouble = "taint \(letters) on \(place): \(error.description)" }
            return false
        }
    }

    private func takeUp(_ interrupted: consuming InterruptedMailbox, among mailboxes: [any Mailbox]) throws {
        let mailbox = mailboxes.first { $0.name == interrupted.name }
        // The letters that were about to be raised belong to it: the records show them.
        var letters = interrupted.records.reduce(into: TaintLetters()) { $0.formUnion($1.taint) }
        if interrupted.needsAbort { letters.insert(.abort) }
        let isRaised = canRaise(letters, mailbox: mailbox?.identity() ?? MailboxIdentity(name: interrupted.name))
        let aftermath = interrupted.needsAbort ? abort(mailbox) : .nothingToAbort
        // Its record stays open where the letters could not be kept: the next daemon is handed it again.
        if isRaised { try interrupted.close(aftermath) }
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

    /// Raises letters outside an exchange, and returns those that were new.
    @discardableResult
    func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?) throws(TaintError) -> TaintLetters {
        let new = try ledger.raise(letters, mailbox: mailbox, time: Clocks.realtimeMicroseconds)
        if let news = TaintNews(new, mailbox: mailbox?.name) { tellTaint(news) }
        return new
    }
}
