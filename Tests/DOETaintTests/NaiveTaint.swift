import DOEWords

@testable import DOETaint

/// The ledger as a person would write it down: every letter on its own line, looked for one by one.
struct NaiveTaint: Equatable {
    struct Line: Hashable {
        let owner: String
        let letter: Character
    }

    var sinceBoot: [Line: TaintMark] = [:]
    var unacknowledged: [Line: TaintMark] = [:]
    var seenAt: [String: String] = [:]
    var boot: String

    init(boot: String) { self.boot = boot }

    /// What a ledger holds, as lines.
    init(_ snapshot: TaintSnapshot) {
        boot = snapshot.boot
        for (place, marks) in snapshot.sinceBoot.pairs {
            for (letter, mark) in marks.byLetter { sinceBoot[Self.line("\(place)", letter)] = mark }
        }
        for (subject, marks) in snapshot.unacknowledged.pairs {
            for (letter, mark) in marks.byLetter { unacknowledged[Self.line("\(subject)", letter)] = mark }
        }
        for (subject, mailbox) in snapshot.lastSeen.pairs { seenAt["\(subject)"] = "\(mailbox)" }
    }

    private static func line(_ owner: String, _ letter: TaintLetters) -> Line {
        Line(owner: owner, letter: Character("\(letter)"))
    }

    /// Both views without counts and times.
    var letters: [Set<Line>] { [Set(sinceBoot.keys), Set(unacknowledged.keys)] }

    mutating func raise(_ letters: String, on mailbox: MailboxIdentity?, time: UInt64, limit: Int) -> String {
        var places = ["host"]
        var subject = "host"
        if let mailbox {
            places.append("mailbox \(mailbox.name)")
            if let address = mailbox.name.address { places.append("function \(address)") }
            subject = "mailbox \(mailbox.name)"
            if case .known(let serial) = mailbox.serialNumber, case .known(let device) = mailbox.device, serial != 0 {
                let known = Set(unacknowledged.keys.map(\.owner))
                let name = "device \(device):\(serial.hex(digits: 16))"
                if known.contains(name) || known.count < limit { subject = name }
            }
            seenAt[subject] = "\(mailbox.name)"
        }
        var news = ""
        for letter in letters {
            let isNew =
                places.contains { sinceBoot[Line(owner: $0, letter: letter)] == nil }
                || unacknowledged[Line(owner: subject, letter: letter)] == nil
            if isNew { news.append(letter) }
            for place in places { Self.raise(letter, place, time, &sinceBoot) }
            Self.raise(letter, subject, time, &unacknowledged)
        }
        return news
    }

    private static func raise(_ letter: Character, _ owner: String, _ time: UInt64, _ lines: inout [Line: TaintMark]) {
        let line = Line(owner: owner, letter: letter)
        let before = lines[line] ?? TaintMark(first: time, last: time, count: 0)
        lines[line] = TaintMark(first: before.first, last: max(before.last, time), count: before.count + 1)
    }

    mutating func acknowledge(_ owners: Set<String>) {
        unacknowledged = unacknowledged.filter { !owners.contains($0.key.owner) }
        for owner in owners { seenAt[owner] = nil }
    }

    /// Whose letters are shown at a function or at a mailbox of none, or are one's own.
    func owners(at place: String) -> Set<String> {
        Set(
            unacknowledged.keys.map(\.owner).filter { owner in
                owner == place || seenAt[owner].map { $0 == place || $0.hasPrefix("\(place)@") } == true
            })
    }

    mutating func begin(_ boot: String) {
        guard boot != self.boot else { return }
        self.boot = boot
        sinceBoot = [:]
    }
}
