internal import DOELinux
internal import DOERecord
internal import DOEWords

extension JournalReader {
    /// How far back is looked for the last words of some kinds.
    private static let lastWordsLimit = 100

    /// Records of some kinds that journald received before a time, microseconds since 1970, the last ones, in their
    /// order: back to one of the kind `first`, as far as it is among the last hundred. What others wrote in our name is not
    /// among them.
    func lastWords(
        of events: [Event], backTo first: Event, before time: UInt64
    ) throws(ReportError) -> [Record] {
        switch source {
        case .journal(let journal):
            do throws(LinuxError) {
                return try lastWords(Journal(journal), events, first, time)
            } catch {
                throw unreadable(error)
            }
        case .exportFile:
            var found: [Record] = []
            _ = try JournalReader(source).read { entry in
                guard entry.isBelievable, events.contains(entry.record.event), entry.record.time ?? .max < time else {
                    return
                }
                if entry.record.event == first || found.count >= Self.lastWordsLimit { found = [] }
                found.append(entry.record)
            }
            return found
        }
    }

    private func lastWords(
        _ journal: Journal, _ events: [Event], _ first: Event, _ time: UInt64
    ) throws(LinuxError) -> [Record] {
        try journal.match("SYSLOG_IDENTIFIER=\(Record.identifier)")
        for event in events { try journal.match("MESSAGE_ID=\(event.messageID)") }
        try journal.seek(toRealtime: time)
        var found: [Record] = []
        var reader = EntryReader()
        var notes = ReadingNotes()
        while found.count < Self.lastWordsLimit, found.last?.event != first, try journal.previous() {
            reader.begin()
            try journal.forEachField { reader.take($0) }
            reader.deliver(&notes) { if $0.isBelievable { found.append($0.record) } }
        }
        return found.reversed()
    }
}

extension TrailEntry {
    /// Anybody may write to the journal in our name.
    fileprivate var isBelievable: Bool { writerUID ?? 0 == 0 }
}
