internal import DOEWords

/// The ledger's text, version 1. One line a fact, the last line a digest over everything above it:
/// ```
/// doe-audit-taint 1
/// boot 5ad1…                                        the boot that the next lines are about
/// since-boot V FIRST LAST COUNT host
/// since-boot V FIRST LAST COUNT mailbox 0000:0d:00.0@190
/// unacknowledged V FIRST LAST COUNT serial 0000000000001234
/// last-seen 0000:0d:00.0@190 serial 0000000000001234
/// sha256 …
/// ```
enum LedgerFormat {
    private static let firstLine = "doe-audit-taint 1"

    static func text(of snapshot: TaintSnapshot) -> [UInt8] {
        var lines: [String] = []
        for (place, marks) in snapshot.sinceBoot { lines += marks.lines("since-boot", "\(place)") }
        for (subject, marks) in snapshot.unacknowledged { lines += marks.lines("unacknowledged", "\(subject)") }
        for (subject, mailbox) in snapshot.lastSeen { lines.append("last-seen \(mailbox) \(subject)") }
        let body = ([firstLine, "boot \(snapshot.boot)"] + lines.sorted()).map { $0 + "\n" }.joined()
        return Array("\(body)sha256 \(SHA256Digest(of: body.utf8))\n".utf8)
    }

    /// What is wrong with a ledger, as part of a sentence.
    struct Fault: Error, Hashable {
        let text: String
    }

    static func parse(_ bytes: [UInt8]) throws(Fault) -> TaintSnapshot {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(text: "it is not UTF-8") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.removeLast().isEmpty else { throw Fault(text: "it is cut off") }
        guard lines[0] == firstLine else {
            throw Fault(text: "line 1 is not '\(firstLine)': it is no ledger, or one of another version")
        }
        let digest = lines.removeLast()
        let body = text.utf8.dropLast(digest.utf8.count + 1)
        guard digest == "sha256 \(SHA256Digest(of: body))" else {
            throw Fault(text: "its digest does not fit its lines")
        }
        guard lines[1].hasPrefix("boot ") else { throw Fault(text: "line 2 does not name the boot") }
        var snapshot = TaintSnapshot(boot: String(lines[1].dropFirst(5)))
        for (index, line) in lines.enumerated().dropFirst(2) {
            guard snapshot.add(line.split(separator: " ", omittingEmptySubsequences: false)[...]) else {
                throw Fault(text: "line \(index + 1) is not understood")
            }
        }
        return snapshot
    }
}

extension TaintMarks {
    fileprivate func lines(_ kind: String, _ owner: String) -> [String] {
        byLetter.map { letter, mark in "\(kind) \(letter) \(mark.first) \(mark.last) \(mark.count) \(owner)" }
    }
}

extension TaintSnapshot {
    /// Takes one line's words in; `false` where they make no sense.
    fileprivate mutating func add(_ words: ArraySlice<Substring>) -> Bool {
        if words.first == "last-seen" {
            guard let subject = TaintSubject(words.dropFirst(2)),
                let mailbox = MailboxName(words.dropFirst().first ?? "")
            else { return false }
            lastSeen[subject] = mailbox
            return true
        }
        let numbers = words.dropFirst(2).prefix(3).compactMap { UInt64($0) }
        guard numbers.count == 3, let word = words.dropFirst().first, word.count == 1, let letter = TaintLetters(word)
        else { return false }
        let mark = TaintMark(first: numbers[0], last: numbers[1], count: numbers[2])
        let owner = words.dropFirst(5)
        if words.first == "since-boot", let place = TaintPlace(owner) {
            sinceBoot[place, default: TaintMarks()].set(letter, mark)
        } else if words.first == "unacknowledged", let subject = TaintSubject(owner) {
            unacknowledged[subject, default: TaintMarks()].set(letter, mark)
        } else {
            return false
        }
        return true
    }
}
