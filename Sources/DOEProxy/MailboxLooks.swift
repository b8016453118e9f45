internal import DOEMailbox
internal import DOEMonitor

/// When to look whether the mailboxes' threads move. One look in the time that a step may take while anything is under
/// way; none when nothing is.
struct MailboxLooks {
    private var looks: [ObjectIdentifier: (worker: MailboxWorker, time: UInt64)] = [:]

    /// The next look, monotonic time in microseconds.
    var next: UInt64? { looks.values.lazy.map(\.time).min() }

    /// A request was submitted to this worker.
    mutating func submitted(to worker: MailboxWorker, at now: UInt64) {
        let key = ObjectIdentifier(worker)
        if looks[key] == nil { looks[key] = (worker, now + worker.mailbox.stillLimit) }
    }

    /// Looks where it is time.
    mutating func perform(at now: UInt64) {
        for (key, look) in looks where look.time <= now {
            looks[key] = look.worker.look(at: now).map { (look.worker, $0) }
        }
    }
}
