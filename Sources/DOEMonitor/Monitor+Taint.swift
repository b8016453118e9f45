internal import DOEAuditTrail
internal import DOELinux
package import DOERecord
package import DOETaint
internal import DOEWords

// Letters, and what the ledger has to say of itself.
extension Monitor {
    /// Raises letters outside an exchange, of what does not happen where they cannot be kept; returns those that were
    /// new.
    func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?) throws(TaintError) -> TaintLetters {
        let new = try ledger.raise(letters, mailbox: mailbox, time: Clocks.realtimeMicroseconds)
        tell(new, on: mailbox?.name)
        return new
    }

    /// What became of letters that were raised of something that has happened.
    struct Raised {
        /// Those that nobody had raised before.
        let new: TaintLetters
        /// Whether they outlive the daemon: in the ledger, or as owed on record.
        let isLasting: Bool
    }

    /// Raises letters of what has happened, whatever becomes of the disk: where they cannot be kept they show all the
    /// same, and are owed to the ledger and on record.
    @discardableResult
    func raise(happened letters: TaintLetters, mailbox: MailboxIdentity?) -> Raised {
        do throws(TaintError) {
            return Raised(new: try raise(letters, mailbox: mailbox), isLasting: true)
        } catch {
            let new = ledger.owe(letters, mailbox: mailbox, time: Clocks.realtimeMicroseconds)
            tell(new, on: mailbox?.name)
            return Raised(new: new, isLasting: bringOwedUpToDate())
        }
    }

    /// Whether all that is owed is on record.
    @discardableResult
    private func bringOwedUpToDate() -> Bool {
        guard let failure = owed.bring(trail, upTo: ledger) else { return true }
        count { $0.unrecordedEvent = "which letters are owed to the taint ledger: \(failure.description)" }
        return false
    }

    /// Raises what the daemon before could not keep.
    func takeUpOwed() {
        let found = trail.takeStanding()
        owed.add(found)
        for record in found.map(\.record) {
            raise(happened: record.taint, mailbox: MailboxIdentity(owedIn: record))
            // Whose they were nobody knows any more.
            if record[.status] == OwedRecords.gatheredStatus { raise(happened: .lost, mailbox: nil) }
        }
        bringOwedUpToDate()
    }

    /// Takes what the ledger has to say of itself, on whatever thread has written to it.
    func take(_ news: LedgerNews) {
        switch news {
        case .owes: bringOwedUpToDate()
        case .paid:
            bringOwedUpToDate()
            if owed.takeWaitingLoss() { trail.recordLoss() }
        case .changed(let change, let isPutBack):
            note(Record(change, isPutBack: isPutBack, trouble: ledger.trouble))
        }
    }

    /// Tells of the host's letter where letters may be lost. It is in the ledger, and on record, already.
    package func tell(of finding: LedgerFinding) {
        if finding.isLoss { tell(.lost, on: nil) }
    }

    private func tell(_ new: TaintLetters, on mailbox: MailboxName?) {
        if let news = TaintNews(new, mailbox: mailbox) { tellTaint(news) }
    }
}

extension Record {
    /// What was found of the ledger at the start, where letters may be lost.
    package init(lossOf finding: LedgerFinding) {
        let words = "\(finding)"
        self.init(.taintLost, priority: .alert, message: words.prefix(1).uppercased() + words.dropFirst())
        taint = .lost
        self[.status] = finding.status
        self[.count] = finding.lines.map { String($0) }
    }

    fileprivate init(_ change: LedgerChange, isPutBack: Bool, trouble: String?) {
        self.init(
            .ledgerChanged, priority: .error,
            message: "Somebody was at the taint ledger while the daemon lives: \(change); "
                + (isPutBack
                    ? "it was written anew from memory and lacks nothing"
                    : "it is in memory alone: \(trouble ?? "it cannot be written")"))
        self[.status] = change.status
    }
}
