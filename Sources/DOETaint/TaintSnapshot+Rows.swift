internal import DOEWords

extension TaintSnapshot {
    /// The host first, then functions, mailboxes, and devices that nothing was raised on since boot. What a row shows as
    /// unacknowledged is what its name selects: of the host what was raised on the host alone.
    public var rows: [TaintRow] {
        guard !sinceBoot.isEmpty || !unacknowledged.isEmpty else { return [] }
        let sites = SubjectSites(self)
        let places = sinceBoot.keys.filter { $0 != .host }.map { ($0, $0.order) }.sorted { $0.1 < $1.1 }
        let absent = unacknowledged.keys.filter { !isShown($0) }.map { ($0, $0.name) }.sorted { $0.1 < $1.1 }
        return [row(.host, sites)] + places.map { row($0.0, sites) }
            + absent.map { row("device", $0.1, sinceBoot: nil, [$0.0]) }
    }

    /// Whether a row of the view since boot has it.
    private func isShown(_ subject: TaintSubject) -> Bool {
        guard subject != .host else { return true }
        guard let place = place(of: subject) else { return false }
        guard let address = place.address else { return sinceBoot[.mailbox(place)] != nil }
        return sinceBoot[.function(address)] != nil
    }

    private func row(_ place: TaintPlace, _ sites: SubjectSites) -> TaintRow {
        let marks = sinceBoot[place]
        let subjects = sites.subjects(at: place)
        return switch place {
        case .host: row("host", "this host", sinceBoot: marks, subjects)
        case .function(let address): row("function", address.description, sinceBoot: marks, subjects)
        case .mailbox(let name): row("mailbox", name.description, sinceBoot: marks, subjects)
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

extension TaintSnapshot {
    /// The mailbox at which a subject's letters are shown; `nil` of the host.
    func place(of subject: TaintSubject) -> MailboxName? {
        if case .mailbox(let name) = subject { name } else { lastSeen[subject] }
    }
}

/// Which subjects are seen where. Made once for all rows: to look for them row by row costs the square.
struct SubjectSites {
    private var byMailbox: [MailboxName: [TaintSubject]] = [:]
    private var byFunction: [FunctionAddress: [TaintSubject]] = [:]

    init(_ snapshot: TaintSnapshot) {
        for subject in snapshot.unacknowledged.keys {
            guard let mailbox = snapshot.place(of: subject) else { continue }
            if let address = mailbox.address { byFunction[address, default: []].append(subject) }
            byMailbox[mailbox, default: []].append(subject)
        }
    }

    /// Those of the host alone, of all mailboxes of a function, or of one mailbox. A device's letters are shown at
    /// each of its function's mailboxes: it has one serial number, and may have been seen last at another one of
    /// them.
    func subjects(at place: TaintPlace) -> [TaintSubject] {
        switch place {
        case .host: return [.host]
        case .function(let address): return byFunction[address] ?? []
        case .mailbox(let name):
            guard let address = name.address else { return byMailbox[name] ?? [] }
            return (byFunction[address] ?? []).filter { $0 == .mailbox(name) || !$0.isMailbox }
        }
    }
}

extension TaintSubject {
    fileprivate var isMailbox: Bool { if case .mailbox = self { true } else { false } }
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
