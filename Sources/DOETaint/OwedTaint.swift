public import DOEWords

/// Letters that were raised of what has happened, and that the ledger could not take yet: they show, and are in
/// memory alone.
public struct OwedTaint: Hashable, Sendable {
    /// What they stick to.
    public let subject: TaintSubject
    /// Where; `nil` of the host alone.
    public let mailbox: MailboxName?
    /// The letters.
    public internal(set) var letters: TaintLetters
    /// Since when the first of them is owed, wall clock, microseconds since 1970.
    public let since: UInt64

    /// `C on sim:cxl`
    public var words: String { "\(letters) on \(mailbox?.description ?? "this host")" }
}

/// All that is owed.
struct OwedTable: Sendable {
    struct Key: Hashable, Sendable {
        let subject: TaintSubject
        let mailbox: MailboxName?
    }

    private(set) var entries: [Key: OwedTaint] = [:]
    /// The letters that are not on the disk, of each place and subject.
    private(set) var letters: [TaintOwner: TaintLetters] = [:]

    var isEmpty: Bool { entries.isEmpty }

    /// Letters of a raise that are missing in these places, or to the subject.
    mutating func add(
        _ missing: [TaintOwner: TaintLetters], mailbox: MailboxName?, subject: TaintSubject, time: UInt64
    ) {
        for (owner, letters) in missing where !letters.isEmpty {
            self.letters[owner, default: []].formUnion(letters)
            let key = Key(subject: subject, mailbox: mailbox)
            entries[key, default: OwedTaint(subject: subject, mailbox: mailbox, letters: [], since: time)].letters
                .formUnion(letters)
        }
    }

    /// Those of these letters that are owed in a place or to the subject of a raise.
    func owed(of letters: TaintLetters, mailbox: MailboxIdentity?, subject: TaintSubject) -> TaintLetters {
        guard !isEmpty else { return [] }
        var owed = self.letters[.subject(subject)] ?? []
        for place in TaintPlace.all(of: mailbox) { owed.formUnion(self.letters[.place(place)] ?? []) }
        return owed.intersection(letters)
    }

    /// Takes away what was written; what has come since stays.
    mutating func remove(_ written: OwedTable) {
        guard !written.isEmpty else { return }
        for (key, entry) in written.entries {
            entries[key]?.letters.subtract(entry.letters)
            if entries[key]?.letters.isEmpty == true { entries[key] = nil }
        }
        for (owner, letters) in written.letters {
            self.letters[owner]?.subtract(letters)
            if self.letters[owner]?.isEmpty == true { self.letters[owner] = nil }
        }
    }
}
