public import DOEWords

/// Whose letters somebody means.
public enum TaintSelection: Hashable, Sendable {
    /// All there are.
    case all
    /// Those that were raised on the host alone, those of a function and all its mailboxes, or those of one mailbox.
    case place(TaintPlace)
    /// Those of one device, wherever it is.
    case device(TaintSubject)

    /// Parses what the rows of `TaintSnapshot.rows` call a subject; anything else is `nil`.
    public init?(_ text: String) {
        if text == "host" || text == "this host" {
            self = .place(.host)
        } else if let name = MailboxName(text) {
            self = .place(.mailbox(name))
        } else if let address = FunctionAddress(text) {
            self = .place(.function(address))
        } else if let subject = TaintSubject(deviceNamed: text) {
            self = .device(subject)
        } else {
            return nil
        }
    }
}

/// Letters of one subject that nobody has acknowledged, at one moment.
public struct UnacknowledgedTaint: Hashable, Sendable {
    /// What they stick to.
    public let subject: TaintSubject
    /// Where it was seen last; `nil` of the host.
    public let mailbox: MailboxName?
    let marks: TaintMarks

    /// The letters.
    public var letters: TaintLetters { marks.letters }
}

extension TaintSnapshot {
    /// What is unacknowledged of a selection.
    public func unacknowledged(of selection: TaintSelection) -> [UnacknowledgedTaint] {
        let subjects: [TaintSubject] =
            switch selection {
            case .all: Array(unacknowledged.keys)
            case .place(let place): SubjectSites(self).subjects(at: place)
            case .device(let subject): [subject]
            }
        return subjects.compactMap { subject in
            unacknowledged[subject].map {
                UnacknowledgedTaint(subject: subject, mailbox: place(of: subject), marks: $0)
            }
        }.sorted { $0.subject.name < $1.subject.name }
    }

    /// Every name by which letters can be selected.
    public var names: [String] {
        ["host"] + sinceBoot.keys.compactMap(\.name) + unacknowledged.keys.map(\.name)
    }
}

extension TaintPlace {
    /// What a row calls it; `nil` of the host.
    var name: String? {
        switch self {
        case .host: nil
        case .function(let address): address.description
        case .mailbox(let name): name.description
        }
    }
}
