internal import DOELinux
public import DOEWords
internal import Synchronization

extension TaintLedger {
    /// Raises letters on a mailbox, its function and the host (on the host alone without a mailbox); `time` is the
    /// event's, microseconds since 1970. Returns the letters that were new to the mailbox, since boot or since the
    /// last acknowledgement: those are on the disk.
    ///
    /// When it throws, nothing was raised; a later try starts anew.
    public func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?, time: UInt64) throws(TaintError)
        -> TaintLetters
    {
        guard !letters.isEmpty else { return [] }
        guard !raiseKnown(letters, mailbox, time) else { return [] }
        return try writer.withLock { writer throws(TaintError) in
            // Somebody else may have raised them while this waited.
            guard !raiseKnown(letters, mailbox, time) else { return [] }
            // Only who has the writer makes a letter known or takes one away, so all of this holds until the end.
            let (subject, new, facts) = state.withLock { state in
                let subject = state.snapshot.subject(of: mailbox, limit: limits.subjects)
                let new = state.snapshot.news(letters, mailbox: mailbox, subject: subject)
                return (
                    subject, new,
                    state.snapshot.facts(raising: letters, mailbox: mailbox, subject: subject, time: time)
                )
            }
            try noting { () throws(TaintError) in
                try writer.keep(facts) {
                    var next = snapshot
                    next.raise(letters, mailbox: mailbox, subject: subject, time: time)
                    return next
                }
            }
            let tell = state.withLock { state in
                state.snapshot.raise(letters, mailbox: mailbox, subject: subject, time: time)
                return writer.isWholeDue ? state.beginWaiting() : nil
            }
            tell?()
            return new
        }
    }

    /// Counts letters that are all there already; `false`, with nothing done, where one is new.
    private func raiseKnown(_ letters: TaintLetters, _ mailbox: MailboxIdentity?, _ time: UInt64) -> Bool {
        let (isKnown, tell) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            let subject = state.snapshot.subject(of: mailbox, limit: limits.subjects)
            guard state.snapshot.news(letters, mailbox: mailbox, subject: subject).isEmpty else { return (false, nil) }
            state.snapshot.raise(letters, mailbox: mailbox, subject: subject, time: time)
            state.waiting.insert(.subject(subject))
            for place in TaintPlace.all(of: mailbox) { state.waiting.insert(.place(place)) }
            return (true, state.beginWaiting())
        }
        tell?()
        return isKnown
    }

    /// Writes what waits; where nothing does it does nothing.
    public func flush() throws(TaintError) {
        try writer.withLock { writer throws(TaintError) in
            let (owners, since, facts) = state.withLock { state in
                let taken = (state.waiting, state.dirtySince)
                (state.waiting, state.dirtySince) = ([], nil)
                // More of them than a line can hold are written with the whole file, which needs none of this.
                let isFew = taken.0.count <= limits.lineBytes / 512
                return (taken.0, taken.1, isFew ? taken.0.flatMap { state.snapshot.facts(of: $0) } : [])
            }
            guard let since else { return }
            do throws(TaintError) {
                try noting { () throws(TaintError) in
                    if facts.isEmpty || writer.isWholeDue || writer.isFull {
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
