internal import DOELinux
internal import DOERecord
internal import DOEWords

/// Single records, by the journal's index.
extension JournalReader {
    /// How far back is looked for the last words of some kinds.
    private static let lastWordsLimit = 100

    /// The record with a number, wherever in the journal it is; `nil` where it is not there.
    func find(_ key: TrailKey, _ sequence: UInt64) throws(ReportError) -> TrailEntry? {
        try first { (journal) throws(LinuxError) in
            try journal.match("\(Field.instance.name)=\(key.instance)")
            try journal.match("\(Field.sequence.name)=\(sequence)")
            if let machine = key.machine { try journal.match("_MACHINE_ID=\(machine)") }
            try journal.seekToHead()
        } step: { (journal) throws(LinuxError) in
            try journal.next()
        }
    }

    /// The first record of all.
    func findFirst() throws(ReportError) -> TrailEntry? {
        try first { (journal) throws(LinuxError) in
            try journal.seekToHead()
        } step: { (journal) throws(LinuxError) in
            try journal.next()
        }
    }

    /// The last record that journald received up to a time, as each of its files has them in their order.
    func findLast(upTo time: UInt64) throws(ReportError) -> TrailEntry? {
        try first { (journal) throws(LinuxError) in
            try journal.seek(toRealtime: time)
        } step: { (journal) throws(LinuxError) in
            try journal.previous()
        }
    }

    private func first(
        from seek: (Journal) throws(LinuxError) -> Void, step: (Journal) throws(LinuxError) -> Bool
    ) throws(ReportError) -> TrailEntry? {
        do throws(LinuxError) {
            guard let journal = try openTrail() else { return nil }
            try seek(journal)
            var reader = EntryReader()
            var notes = ReadingNotes()
            var found: TrailEntry?
            while found == nil, try step(journal) {
                reader.begin()
                try journal.forEachField { reader.take($0) }
                reader.deliver(&notes, { if $0.isBelievable { found = $0 } }, strange: { _ in })
            }
            return found
        } catch {
            throw Self.unreadable(source, error)
        }
    }

    /// Records of some kinds that journald received before a time, microseconds since 1970, the last ones, in their
    /// order: back to one of the kind `first`, as far as it is among the last hundred. What others wrote in our name is not
    /// among them.
    func lastWords(
        of events: [Event], backTo first: Event, before time: UInt64
    ) throws(ReportError) -> [Record] {
        switch source {
        case .journal:
            do throws(LinuxError) {
                return try lastWords(events, first, time)
            } catch {
                throw Self.unreadable(source, error)
            }
        case .exportFile:
            var found: [Record] = []
            _ = try read { entry in
                guard entry.isBelievable, events.contains(entry.record.event), entry.record.time ?? .max < time else {
                    return
                }
                if entry.record.event == first || found.count >= Self.lastWordsLimit { found = [] }
                found.append(entry.record)
            }
            return found
        }
    }

    private func lastWords(_ events: [Event], _ first: Event, _ time: UInt64) throws(LinuxError) -> [Record] {
        guard let journal = try openTrail() else { return [] }
        for event in events { try journal.match("MESSAGE_ID=\(event.messageID)") }
        try journal.seek(toRealtime: time)
        var found: [Record] = []
        var reader = EntryReader()
        var notes = ReadingNotes()
        while found.count < Self.lastWordsLimit, found.last?.event != first, try journal.previous() {
            reader.begin()
            try journal.forEachField { reader.take($0) }
            reader.deliver(&notes, { if $0.isBelievable { found.append($0.record) } }, strange: { _ in })
        }
        return found.reversed()
    }
}
