internal import DOELinux
public import DOEWords
internal import Synchronization

extension TaintLedger {
    /// Raises letters on a mailbox, its function and the host (on the host alone without a mailbox); `time` is the
    /// event's, microseconds since 1970. Returns the letters that were new to the mailbox, since boot or since the
    /// last acknowledgement: those are on the disk.
    ///
    /// When it throws, nothing was raised; a later try starts anew. What has happened all the same is for `owe`.
    public func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?, time: UInt64) throws(TaintError)
        -> TaintLetters
    {
        guard !letters.isEmpty else { return [] }
        guard !raiseKnown(letters, mailbox, time) else { return [] }
        return try writing { writer throws(TaintError) in
            // Somebody else may have raised them while this waited.
            guard !raiseKnown(letters, mailbox, time) else { return [] }
            // Only who has the writer makes a letter known for good or takes one away, so all of this holds until the
            // end.
            let (subject, owed, facts) = state.withLock { state in
                let subject = state.snapshot.subject(of: mailbox, limit: limits.subjects)
                return (
                    subject, state.owed,
                    state.owedFacts
                        + state.snapshot.facts(raising: letters, mailbox: mailbox, subject: subject, time: time)
                )
            }
            try attempt(&writer, paying: owed) { writer throws(TaintError) in
                try writer.keep(facts) {
                    var next = snapshot
                    next.raise(letters, mailbox: mailbox, subject: subject, time: time)
                    return next
                }
            }
            let (new, wake) = state.withLock { state in
                // Who came meanwhile and could not wait for the disk has made them known, and has told of them.
                let new = state.snapshot.news(letters, mailbox: mailbox, subject: subject)
                state.snapshot.raise(letters, mailbox: mailbox, subject: subject, time: time)
                return (new, writer.isWholeDue ? state.beginWaiting() : nil)
            }
            wake?()
            return new
        }
    }

    /// Counts letters that are all there already, on the disk too; `false`, with nothing done, where one is not.
    private func raiseKnown(_ letters: TaintLetters, _ mailbox: MailboxIdentity?, _ time: UInt64) -> Bool {
        let (isKnown, wake) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            let subject = state.snapshot.subject(of: mailbox, limit: limits.subjects)
            guard state.snapshot.news(letters, mailbox: mailbox, subject: subject).isEmpty,
                state.owed.owed(of: letters, mailbox: mailbox, subject: subject).isEmpty
            else { return (false, nil) }
            return (true, state.raiseWaiting(letters, mailbox: mailbox, subject: subject, time: time))
        }
        wake?()
        return isKnown
    }

    /// Writes what waits; where nothing does it does nothing.
    public func flush() throws(TaintError) {
        try writing { writer throws(TaintError) in
            let (owners, since, owed, facts) = state.withLock { state in
                let taken = (state.waiting, state.dirtySince, state.owed)
                (state.waiting, state.dirtySince) = ([], nil)
                // More of them than a line can hold are written with the whole file, which needs none of this.
                let isFew = taken.0.count + taken.2.letters.count <= limits.lineBytes / 512
                let all = taken.0.union(taken.2.letters.keys)
                return (taken.0, taken.1, taken.2, isFew ? all.flatMap { state.snapshot.facts(of: $0) } : [])
            }
            guard let since else { return }
            writer.look()
            do throws(TaintError) {
                try attempt(&writer, paying: owed) { writer throws(TaintError) in
                    if !writer.isFull, facts.isEmpty || writer.isWholeDue {
                        try writer.keepWhole(snapshot)
                    } else {
                        try writer.keep(facts) { snapshot }
                    }
                }
            } catch {
                state.withLock { state in
                    state.waiting.formUnion(owners)
                    state.dirtySince = min(since, state.dirtySince ?? since)
                }
                throw error
            }
        }
    }
}

extension TaintLedger.State {
    /// What of the places and subjects is not on the disk.
    var owedFacts: [LedgerFact] { owed.letters.keys.flatMap { snapshot.facts(of: $0) } }
}
