internal import DOERecord
internal import DOEWords

/// The last exchanges that we had with each mailbox, so that one that is observed later shows to have met one of them.
///
/// Pure; all times are CLOCK_MONOTONIC in microseconds. A mailbox has one exchange of ours at a time.
struct OwnExchanges {
    /// An observed exchange that met ours while that was still under way, and so had no number yet.
    struct Waiting: Hashable {
        /// The collision's record but for our number.
        let record: Record
    }

    /// What an observed exchange has met.
    struct Met: Hashable {
        /// The numbers of the records of those that have ended, in their order; one that could not be recorded has none.
        var sequences: [UInt64] = []
        /// Whether any of them has ended.
        var isAnyOver = false
        /// Whether one is still under way.
        var isOneUnderWay = false

        var isNone: Bool { !isAnyOver && !isOneUnderWay }
    }

    private struct Exchange {
        let began: UInt64
        var ended: UInt64?
        var sequence: UInt64?
    }

    private struct History {
        /// Those that have ended and are on record, the oldest first.
        var past: [Exchange] = []
        var current: Exchange?
        var waiting: [Waiting] = []
    }

    /// How many of a mailbox are remembered at least. What is traced is seen within a second.
    static let limit = 256
    /// How many collisions may wait for one exchange of ours; those that follow are counted elsewhere.
    static let waitingLimit = 8

    private var mailboxes: [MailboxName: History] = [:]
    private var collided: Set<MailboxName> = []

    /// One begins.
    mutating func begin(on mailbox: MailboxName, at time: UInt64) {
        mailboxes[mailbox, default: History()].current = Exchange(began: time)
    }

    /// The device is not touched any more.
    mutating func end(on mailbox: MailboxName, at time: UInt64) {
        mailboxes[mailbox]?.current?.ended = time
    }

    /// It is on record, by that number, or cannot be. Returns the collisions that waited for it.
    mutating func close(on mailbox: MailboxName, sequence: UInt64?) -> [Waiting] {
        guard var history = mailboxes[mailbox], var exchange = history.current else { return [] }
        // Taken out first: two owners of the arrays would copy them.
        mailboxes[mailbox] = nil
        exchange.sequence = sequence
        history.current = nil
        if history.past.count >= 2 * Self.limit { history.past.removeFirst(Self.limit) }
        history.past.append(exchange)
        let waiting = history.waiting
        history.waiting = []
        mailboxes[mailbox] = history
        return waiting
    }

    /// What somebody else's exchange of that time has met.
    func met(on mailbox: MailboxName, from began: UInt64, to ended: UInt64) -> Met {
        var met = Met()
        guard let history = mailboxes[mailbox] else { return met }
        for exchange in history.past.reversed() {
            guard let end = exchange.ended, end >= began else { break }
            guard exchange.began <= ended else { continue }
            met.isAnyOver = true
            if let sequence = exchange.sequence { met.sequences.append(sequence) }
        }
        met.sequences.reverse()
        if let current = history.current, current.began <= ended, current.ended.map({ $0 >= began }) ?? true {
            met.isOneUnderWay = true
        }
        return met
    }

    /// Lets a collision wait for the end of ours; `false` where none is under way any more, or too many wait.
    mutating func wait(_ waiting: Waiting, on mailbox: MailboxName) -> Bool {
        guard let history = mailboxes[mailbox], history.current != nil, history.waiting.count < Self.waitingLimit else {
            return false
        }
        mailboxes[mailbox]?.waiting.append(waiting)
        return true
    }

    /// Whether this is the first collision on a mailbox since the start.
    mutating func isFirstCollision(on mailbox: MailboxName) -> Bool { collided.insert(mailbox).inserted }

    /// All collisions that still wait, at the daemon's end: a thread that the kernel does not let go closes nothing.
    mutating func takeWaiting() -> [Waiting] {
        var all: [Waiting] = []
        for name in mailboxes.keys {
            all += mailboxes[name]?.waiting ?? []
            mailboxes[name]?.waiting = []
        }
        return all
    }
}
