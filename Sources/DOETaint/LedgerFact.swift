internal import DOEWords

/// What one part of a ledger's line says. A later fact about the same thing replaces an earlier one.
enum LedgerFact: Hashable, Sendable {
    /// From here on `since-boot` is about this boot: what it said before is over.
    case boot(String)
    /// How often a letter was raised on a place since boot, and when.
    case sinceBoot(TaintLetters, TaintMark, TaintPlace)
    /// The same of a subject, until somebody acknowledges it.
    case unacknowledged(TaintLetters, TaintMark, TaintSubject)
    /// Where a subject was seen last.
    case lastSeen(MailboxName, TaintSubject)
    /// Somebody has acknowledged these letters.
    case acknowledged(TaintLetters, TaintSubject)
    /// Which ledger this is, and how many lines were written to it before those of this file.
    case ledger(UInt64, linesBefore: UInt64)

    /// `since-boot V FIRST LAST COUNT mailbox sim:cxl`
    var text: String {
        switch self {
        case .boot(let boot): "boot \(boot)"
        case .sinceBoot(let letter, let mark, let place): "since-boot \(letter) \(mark.words) \(place)"
        case .unacknowledged(let letter, let mark, let subject): "unacknowledged \(letter) \(mark.words) \(subject)"
        case .lastSeen(let mailbox, let subject): "last-seen \(mailbox) \(subject)"
        case .acknowledged(let letters, let subject): "acknowledged \(letters) \(subject)"
        case .ledger(let ledger, let lines): "ledger \(ledger.hex(digits: 16)) \(lines)"
        }
    }

    /// Parses what `text` prints; `nil` for anything else. A letter that is not known here is kept as it is.
    init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { Substring($0) }[...]
        guard let kind = words.first, let word = words.dropFirst().first else { return nil }
        switch kind {
        case "boot":
            guard words.count == 2 else { return nil }
            self = .boot(String(word))
        case "ledger":
            guard words.count == 3, let ledger = UInt64(lowercaseHex: word, digits: 16...16),
                let lines = words.last.flatMap({ UInt64($0) }), lines <= LedgerMark.mostLines
            else { return nil }
            self = .ledger(ledger, linesBefore: lines)
        case "last-seen":
            guard let mailbox = MailboxName(word), let subject = TaintSubject(words.dropFirst(2)) else { return nil }
            self = .lastSeen(mailbox, subject)
        case "acknowledged":
            guard let letters = TaintLetters(anyVersion: word), !letters.isEmpty,
                let subject = TaintSubject(words.dropFirst(2))
            else { return nil }
            self = .acknowledged(letters, subject)
        case "since-boot":
            guard let letter = Self.letter(word), let mark = TaintMark(words.dropFirst(2).prefix(3)),
                let place = TaintPlace(words.dropFirst(5))
            else { return nil }
            self = .sinceBoot(letter, mark, place)
        case "unacknowledged":
            guard let letter = Self.letter(word), let mark = TaintMark(words.dropFirst(2).prefix(3)),
                let subject = TaintSubject(words.dropFirst(5))
            else { return nil }
            self = .unacknowledged(letter, mark, subject)
        default: return nil
        }
    }

    /// Whose marks it is about, for a person; `nil` where it is about nobody's.
    var name: String? {
        switch self {
        case .boot, .ledger: nil
        case .sinceBoot(_, _, let place): place.name ?? "this host"
        case .unacknowledged(_, _, .host), .lastSeen(_, .host), .acknowledged(_, .host): "this host"
        case .unacknowledged(_, _, let subject), .lastSeen(_, let subject), .acknowledged(_, let subject): subject.name
        }
    }

    private static func letter(_ word: Substring) -> TaintLetters? {
        word.count == 1 ? TaintLetters(anyVersion: word) : nil
    }
}

extension TaintMark {
    fileprivate var words: String { "\(first) \(last) \(count)" }

    fileprivate init?(_ words: ArraySlice<Substring>) {
        let numbers = words.compactMap { UInt64($0) }
        guard words.count == 3, numbers.count == 3 else { return nil }
        self.init(first: numbers[0], last: numbers[1], count: numbers[2])
    }
}

extension TaintSnapshot {
    /// Takes a fact in.
    mutating func add(_ fact: LedgerFact) {
        switch fact {
        case .boot(let boot): begin(boot)
        case .sinceBoot(let letter, let mark, let place): sinceBoot[place, default: TaintMarks()].set(letter, mark)
        case .unacknowledged(let letter, let mark, let subject): set(letter, of: subject, to: mark)
        case .lastSeen(let mailbox, let subject): setLastSeen(subject, at: mailbox)
        case .acknowledged(let letters, let subject): acknowledge(letters, of: subject)
        case .ledger: break
        }
    }

    /// Another boot: letters of an earlier one leave the view since boot.
    mutating func begin(_ boot: String) {
        self.boot = boot
        sinceBoot = PartedTable()
    }

    /// All that it holds, the boot first, then which ledger it is written to.
    func facts(in ledger: LedgerFact) -> [LedgerFact] {
        [.boot(boot), ledger] + sinceBoot.pairs.flatMap { $1.facts(at: $0) }
            + unacknowledged.pairs.flatMap { $1.facts(on: $0) } + lastSeen.pairs.map { .lastSeen($1, $0) }
    }

    /// What a raise of these letters would make of the places and the subject that it touches; nothing is raised.
    func facts(
        raising letters: TaintLetters, mailbox: MailboxIdentity?, subject: TaintSubject, time: UInt64
    ) -> [LedgerFact] {
        var facts: [LedgerFact] = []
        for place in TaintPlace.all(of: mailbox) {
            var marks = sinceBoot[place] ?? TaintMarks()
            marks.raise(letters, time: time)
            facts += marks.facts(at: place, of: letters)
        }
        var marks = unacknowledged[subject] ?? TaintMarks()
        marks.raise(letters, time: time)
        facts += marks.facts(on: subject, of: letters)
        if let mailbox { facts.append(.lastSeen(mailbox.name, subject)) }
        return facts
    }

    /// All of one place, or of one subject.
    func facts(of owner: TaintOwner) -> [LedgerFact] {
        switch owner {
        case .place(let place): sinceBoot[place]?.facts(at: place) ?? []
        case .subject(let subject):
            (unacknowledged[subject]?.facts(on: subject) ?? [])
                + [lastSeen[subject].map { .lastSeen($0, subject) }].compactMap(\.self)
        }
    }
}

/// Whose marks there are: counts that wait to be written, letters that are owed.
enum TaintOwner: Hashable, Sendable {
    case place(TaintPlace)
    case subject(TaintSubject)
}

extension TaintMarks {
    fileprivate func facts(at place: TaintPlace, of letters: TaintLetters? = nil) -> [LedgerFact] {
        (letters ?? self.letters).singles.compactMap { letter in
            byLetter[letter].map { .sinceBoot(letter, $0, place) }
        }
    }

    fileprivate func facts(on subject: TaintSubject, of letters: TaintLetters? = nil) -> [LedgerFact] {
        (letters ?? self.letters).singles.compactMap { letter in
            byLetter[letter].map { .unacknowledged(letter, $0, subject) }
        }
    }
}
