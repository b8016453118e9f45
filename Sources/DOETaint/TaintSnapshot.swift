public import DOEWords

/// What has happened to this host's mailboxes, in both views.
public struct TaintSnapshot: Hashable, Sendable {
    /// The boot that `sinceBoot` is about, 32 hexadecimal digits.
    public internal(set) var boot: String
    /// Since this boot, like the kernel's own taint.
    public internal(set) var sinceBoot: [TaintPlace: TaintMarks] = [:]
    /// Since whenever, until somebody acknowledges it.
    public internal(set) var unacknowledged: [TaintSubject: TaintMarks] = [:]
    /// Where a subject was seen last: a serial number alone tells nobody where to look.
    public internal(set) var lastSeen: [TaintSubject: MailboxName] = [:]

    init(boot: String) { self.boot = boot }

    /// The host's letters since boot: the mask.
    public var hostLetters: TaintLetters { sinceBoot[.host]?.letters ?? [] }

    /// Raises letters everywhere they stick; returns those that were new in any place.
    mutating func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?, time: UInt64) -> TaintLetters {
        var places: [TaintPlace] = [.host]
        var subject = TaintSubject.host
        if let mailbox {
            places.append(.mailbox(mailbox.name))
            if let address = mailbox.name.address { places.append(.function(address)) }
            subject = TaintSubject(mailbox)
            lastSeen[subject] = mailbox.name
        }
        var held = unacknowledged[subject]?.letters ?? []
        for place in places {
            held.formIntersection(sinceBoot[place]?.letters ?? [])
            sinceBoot[place, default: TaintMarks()].raise(letters, time: time)
        }
        unacknowledged[subject, default: TaintMarks()].raise(letters, time: time)
        return letters.subtracting(held)
    }
}
