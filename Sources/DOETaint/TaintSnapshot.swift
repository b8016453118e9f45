public import DOEWords

/// What has happened to this host's mailboxes, in both views. A copy costs next to nothing.
public struct TaintSnapshot: Hashable, Sendable {
    /// The boot that `sinceBoot` is about, 32 hexadecimal digits.
    public internal(set) var boot: String
    /// Since this boot, like the kernel's own taint.
    public internal(set) var sinceBoot = PartedTable<TaintPlace, TaintMarks>()
    /// Since whenever, until somebody acknowledges it.
    public private(set) var unacknowledged = PartedTable<TaintSubject, TaintMarks>()
    /// Where a subject was seen last: a serial number alone tells nobody where to look.
    public private(set) var lastSeen = PartedTable<TaintSubject, MailboxName>()
    /// On how many subjects each letter is unacknowledged, so that nobody has to go through them all.
    private var spread = LetterSpread()

    init(boot: String) { self.boot = boot }

    /// The host's letters since boot: the mask.
    public var hostLetters: TaintLetters { sinceBoot[.host]?.letters ?? [] }

    /// All letters that nobody has acknowledged.
    public var unacknowledgedLetters: TaintLetters { spread.letters }

    /// What a letter on this mailbox sticks to until it is acknowledged. Once there are `limit` subjects a device
    /// that is new is known by its mailbox's name: else one that shows another serial number each time would fill the
    /// ledger.
    func subject(of mailbox: MailboxIdentity?, limit: Int) -> TaintSubject {
        guard let mailbox else { return .host }
        let subject = TaintSubject(mailbox)
        guard case .device = subject, unacknowledged.count >= limit, unacknowledged[subject] == nil else {
            return subject
        }
        return .mailbox(mailbox.name)
    }

    /// Those of these letters that are missing in a place where they would stick.
    func news(_ letters: TaintLetters, mailbox: MailboxIdentity?, subject: TaintSubject) -> TaintLetters {
        var held = unacknowledged[subject]?.letters ?? []
        for place in TaintPlace.all(of: mailbox) { held.formIntersection(sinceBoot[place]?.letters ?? []) }
        return letters.subtracting(held)
    }

    /// The same, place by place.
    func missing(
        _ letters: TaintLetters, mailbox: MailboxIdentity?, subject: TaintSubject
    ) -> [TaintOwner: TaintLetters] {
        var missing: [TaintOwner: TaintLetters] = [
            .subject(subject): letters.subtracting(unacknowledged[subject]?.letters ?? [])
        ]
        for place in TaintPlace.all(of: mailbox) {
            missing[.place(place)] = letters.subtracting(sinceBoot[place]?.letters ?? [])
        }
        return missing
    }

    /// Raises letters everywhere they stick.
    mutating func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?, subject: TaintSubject, time: UInt64) {
        for place in TaintPlace.all(of: mailbox) {
            sinceBoot[place, default: TaintMarks()].raise(letters, time: time)
        }
        change(subject) { $0.raise(letters, time: time) }
        if let mailbox, lastSeen[subject] != mailbox.name { lastSeen[subject] = mailbox.name }
    }

    mutating func set(_ letter: TaintLetters, of subject: TaintSubject, to mark: TaintMark) {
        change(subject) { $0.set(letter, mark) }
    }

    mutating func setLastSeen(_ subject: TaintSubject, at mailbox: MailboxName) { lastSeen[subject] = mailbox }

    /// Somebody has acknowledged these letters; those since boot stay.
    mutating func acknowledge(_ letters: TaintLetters, of subject: TaintSubject) {
        guard unacknowledged[subject] != nil else { return }
        change(subject) { $0.remove(letters) }
        guard unacknowledged[subject]?.letters.isEmpty == true else { return }
        unacknowledged[subject] = nil
        lastSeen[subject] = nil
    }

    private mutating func change(_ subject: TaintSubject, _ body: (inout TaintMarks) -> Void) {
        let before = unacknowledged[subject]?.letters ?? []
        body(&unacknowledged[subject, default: TaintMarks()])
        spread.note(from: before, to: unacknowledged[subject]?.letters ?? [])
    }
}

/// On how many subjects each letter is.
private struct LetterSpread: Hashable, Sendable {
    private(set) var letters: TaintLetters = []
    private var counts: [TaintLetters: Int] = [:]

    mutating func note(from before: TaintLetters, to after: TaintLetters) {
        guard before != after else { return }
        for letter in after.subtracting(before).singles { counts[letter, default: 0] += 1 }
        for letter in before.subtracting(after).singles {
            let count = (counts[letter] ?? 1) - 1
            counts[letter] = count == 0 ? nil : count
        }
        letters = TaintLetters(counts.keys)
    }
}
