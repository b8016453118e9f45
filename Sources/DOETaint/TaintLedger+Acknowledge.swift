internal import DOELinux
internal import DOEWords
internal import Synchronization

extension TaintLedger {
    /// Takes letters out of the view of what is unacknowledged, those that are as they were `found`: one that was
    /// raised since then stays. Returns what it took; that is on the disk.
    ///
    /// When it throws, nothing was taken.
    public func acknowledge(_ found: [UnacknowledgedTaint]) throws(TaintError) -> [UnacknowledgedTaint] {
        try writing { writer throws(TaintError) in
            // In memory first: from here on a letter that comes again is new, and waits for the writer.
            let taken = found.compactMap { item in state.withLock { $0.take(item) } }
            guard !taken.isEmpty else { return [] }
            let (owed, facts) = state.withLock { ($0.owed, $0.owedFacts) }
            do throws(TaintError) {
                try attempt(&writer, paying: owed) { writer throws(TaintError) in
                    try writer.keep(facts + taken.map { .acknowledged($0.letters, $0.subject) }) { snapshot }
                }
            } catch {
                for item in taken { state.withLock { $0.putBack(item) } }
                throw error
            }
            return taken
        }
    }
}

extension TaintLedger.State {
    /// Those of its letters that nobody has raised since; `nil` where that is none.
    fileprivate mutating func take(_ item: UnacknowledgedTaint) -> UnacknowledgedTaint? {
        let now = snapshot.unacknowledged[item.subject]
        var marks = TaintMarks()
        for (letter, mark) in item.marks.byLetter where now?.byLetter[letter] == mark { marks.set(letter, mark) }
        guard !marks.letters.isEmpty else { return nil }
        snapshot.acknowledge(marks.letters, of: item.subject)
        return UnacknowledgedTaint(subject: item.subject, mailbox: item.mailbox, marks: marks)
    }

    fileprivate mutating func putBack(_ item: UnacknowledgedTaint) {
        for (letter, mark) in item.marks.byLetter { snapshot.set(letter, of: item.subject, to: mark) }
        if let mailbox = item.mailbox { snapshot.setLastSeen(item.subject, at: mailbox) }
    }
}
