internal import DOERecord
internal import DOEWords

/// Which letters somebody has acknowledged, where, and when last.
struct AcknowledgedLetters: Sendable {
    private struct Place: Hashable {
        let machine: String?
        let name: String
    }

    private var times: [Place: [Character: UInt64]] = [:]

    /// Takes a record of an acknowledgement.
    mutating func add(_ record: Record, on machine: String?) {
        let names = [record[.subject], record[.mailbox]].compactMap(\.self)
        for name in Set(names) {
            let place = Place(machine: machine, name: name)
            // It was not in force; nor does anybody know here what was before it.
            guard record[.status] == nil, let time = record.time else {
                times[place] = nil
                continue
            }
            for (letter, _) in record.acknowledged.meanings {
                times[place, default: [:]][letter] = max(time, times[place]?[letter] ?? 0)
            }
        }
    }

    /// Whether a letter that was raised on a mailbox, or on the host, at this time or before, was acknowledged later.
    func covers(_ letter: Character, of mailbox: String?, until time: UInt64, on machine: String?) -> Bool {
        let function = mailbox.flatMap { MailboxName($0) }?.address?.description
        return ["all", mailbox ?? "host", function].compactMap(\.self).contains { name in
            (times[Place(machine: machine, name: name)]?[letter]).map { $0 >= time } ?? false
        }
    }
}

/// The letters that the records of one finding have raised.
struct FindingLetters: Sendable {
    private struct Spot: Hashable {
        let mailbox: String?
        let letter: Character
    }

    private var spots: Set<Spot> = []
    private var last: UInt64 = 0
    /// One of them raised none: nobody can have acknowledged that.
    private var hasPlain = false

    mutating func add(_ record: Record) {
        let letters = record.taint.meanings
        guard !letters.isEmpty, let time = record.time else {
            hasPlain = true
            return
        }
        last = max(last, time, record[.last].flatMap { UInt64($0) } ?? 0)
        for (letter, _) in letters { spots.insert(Spot(mailbox: record[.mailbox], letter: letter)) }
    }

    func areAcknowledged(in acknowledged: AcknowledgedLetters, on machine: String?) -> Bool {
        !hasPlain && spots.allSatisfy { acknowledged.covers($0.letter, of: $0.mailbox, until: last, on: machine) }
    }
}
