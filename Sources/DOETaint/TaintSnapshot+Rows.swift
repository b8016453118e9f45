public import DOEWords

extension TaintSnapshot {
    /// All letters that nobody has acknowledged.
    public var unacknowledgedLetters: TaintLetters {
        unacknowledged.values.reduce(into: []) { $0.formUnion($1.letters) }
    }

    /// The host first, then functions, mailboxes, and devices that nothing was raised on since boot.
    public var rows: [TaintRow] {
        let places = sinceBoot.keys.sorted { $0.order < $1.order }
        let known = places.map { row($0) }
        let absent = unacknowledged.keys.filter { subject in
            subject != .host && lastSeen[subject].map { sinceBoot[.mailbox($0)] == nil } ?? true
        }
        return known
            + absent.sorted { $0.description < $1.description }.map { subject in
                row("device", subject.description, sinceBoot: nil, [subject])
            }
    }

    private func row(_ place: TaintPlace) -> TaintRow {
        let marks = sinceBoot[place]
        switch place {
        case .host: return row("host", "this host", sinceBoot: marks, Array(unacknowledged.keys))
        case .function(let address):
            let subjects = unacknowledged.keys.filter { lastSeen[$0]?.address == address }
            return row("function", address.description, sinceBoot: marks, subjects)
        case .mailbox(let name):
            let subjects = unacknowledged.keys.filter { lastSeen[$0] == name }
            return row("mailbox", name.description, sinceBoot: marks, subjects)
        }
    }

    private func row(
        _ scope: String, _ subject: String, sinceBoot: TaintMarks?, _ subjects: [TaintSubject]
    ) -> TaintRow {
        let marks = subjects.compactMap { unacknowledged[$0] } + [sinceBoot].compactMap(\.self)
        let times = marks.flatMap(\.byLetter.values)
        return TaintRow(
            scope: scope, subject: subject, sinceBoot: sinceBoot?.letters ?? [],
            unacknowledged: subjects.reduce(into: []) { $0.formUnion(unacknowledged[$1]?.letters ?? []) },
            first: times.map(\.first).min() ?? 0, last: times.map(\.last).max() ?? 0)
    }
}

extension TaintPlace {
    fileprivate var order: String {
        switch self {
        case .host: "0"
        case .function(let address): "1\(address)"
        case .mailbox(let name): "2\(name)"
        }
    }
}
