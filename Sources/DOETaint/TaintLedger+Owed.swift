internal import DOELinux
public import DOEWords
internal import Synchronization

extension TaintLedger {
    /// Raises letters of what has happened, where `raise` could not keep them: they show from now on, and are owed to
    /// the disk. They are tried again with the next letter that is new, and by `LedgerKeeper` as long as they are
    /// owed. It never waits. Returns the letters that were new.
    public func owe(_ letters: TaintLetters, mailbox: MailboxIdentity?, time: UInt64) -> TaintLetters {
        guard !letters.isEmpty else { return [] }
        let (new, wake) = state.withLock { state in
            let subject = state.snapshot.subject(of: mailbox, limit: limits.subjects)
            // Somebody else may have kept them meanwhile.
            let new = state.snapshot.news(letters, mailbox: mailbox, subject: subject)
            let missing = state.snapshot.missing(letters, mailbox: mailbox, subject: subject)
            state.owed.add(missing, mailbox: mailbox?.name, subject: subject, time: time)
            return (new, state.raiseWaiting(letters, mailbox: mailbox, subject: subject, time: time))
        }
        wake?()
        return new
    }

    /// Letters that show, and that are not on the disk.
    public var owed: [OwedTaint] {
        state.withLock { Array($0.owed.entries.values) }.sorted { ($0.since, $0.words) < ($1.since, $1.words) }
    }

    /// Looks whether the file is as it was left, and writes it anew where it is not; with `reading` at its content in
    /// any case. It may wait for the disk.
    public func look(reading: Bool = false) {
        // Why it could not be written is told with what is wrong.
        try? writing { writer throws(TaintError) in
            writer.look(reading: reading)
            guard writer.hasToPutBack else { return }
            let owed = state.withLock { $0.owed }
            try attempt(&writer, paying: owed) { writer throws(TaintError) in try writer.keepWhole(snapshot) }
        }
    }
}

extension TaintLedger {
    /// What is wrong with the ledger now, and what of it was found at the start or has happened since: sentences for
    /// a person.
    public var notices: [String] {
        let (changes, trouble, mark) = state.withLock { ($0.changes.sentence, $0.trouble, $0.markTrouble) }
        let found = finding.flatMap { $0 == .begun ? nil : $0.description }
        return [found, owedSentence(trouble) ?? trouble, changes, mark.map(Self.sentence)].compactMap(\.self)
    }

    private static func sentence(_ error: LinuxError) -> String {
        "how far the taint ledger has come cannot be noted, so what is taken from it may not show: \(error.problem); "
            + error.remedy(forWritingIn: "the runtime directory")
    }

    private func owedSentence(_ trouble: String?) -> String? {
        let owed = owed
        guard let first = owed.first else { return nil }
        return "letters are owed to the taint ledger since \(Timestamp(microseconds: first.since).point): "
            + "\(owed.map(\.words).named); they are in memory, and are written as soon as it takes them"
            + (trouble.map { ": \($0)" } ?? "")
    }
}
