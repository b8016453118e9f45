internal import DOELinux
internal import DOERecord
internal import DOEWords

/// Records beside those of a time, by the journal's index.
extension JournalReader {
    /// How far back is looked for the last words of some kinds.
    private static let lastWordsLimit = 100
    /// How many times are kept at most.
    private static let timesLimit = 1 << 20

    /// Whom to ask for single records; `nil` where no file of the journal can be read. Its files stay open meanwhile.
    func openPlaces() throws(ReportError) -> JournalPlaces? {
        do throws(LinuxError) {
            return try openTrail().map { JournalPlaces(journal: $0, source: source) }
        } catch {
            throw Self.unreadable(source, error)
        }
    }

    /// Each DOE_TIME in a window that stands in the journal, whenever journald received it and whoever wrote it;
    /// `nil` where that cannot be told, or these are so many that everything may as well be read.
    func times(in window: TimeWindow) -> Set<UInt64>? {
        var times: Set<UInt64> = []
        do throws(LinuxError) {
            try openTrail()?.forEachValue(of: Field.time.name) { value in
                guard let time = UInt64(String(decoding: value, as: UTF8.self)), time >= window.since,
                    time <= window.until, times.count <= Self.timesLimit
                else { return }
                times.insert(time)
            }
        } catch {
            return nil
        }
        return times.count > Self.timesLimit ? nil : times
    }

    /// Records of some kinds that journald received before a time, microseconds since 1970, the last ones, in their
    /// order: back to one of the kind `first`, as far as it is among the last hundred. What others wrote in our name
    /// is not among them.
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
            try reader.read(journal, &notes, { if $0.isBelievable { found.append($0.record) } }, strange: { _ in })
        }
        return found.reversed()
    }
}
