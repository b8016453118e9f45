internal import DOELinux
internal import DOERecord
internal import DOEWords

/// Single records, by the journal's index: what a walk over a time has not seen.
struct JournalPlaces {
    private let journal: Journal
    private let source: TrailSource

    init(journal: Journal, source: TrailSource) {
        self.journal = journal
        self.source = source
    }

    /// The record with a number, wherever in the journal it is; `nil` where it is not there.
    func find(_ key: TrailKey, _ sequence: UInt64) throws(ReportError) -> TrailEntry? {
        try first { () throws(LinuxError) in
            try journal.match("\(Field.instance.name)=\(key.instance)")
            try journal.match("\(Field.sequence.name)=\(sequence)")
            if let machine = key.machine { try journal.match("_MACHINE_ID=\(machine)") }
            try journal.seekToHead()
        } step: { () throws(LinuxError) in
            try journal.next()
        }
    }

    /// Whether a daemon wrote an entry with this DOE_TIME.
    func holds(_ time: UInt64) throws(ReportError) -> Bool {
        do throws(LinuxError) {
            journal.clearMatches()
            try journal.match("SYSLOG_IDENTIFIER=\(Record.identifier)")
            try journal.match("\(Field.time.name)=\(time)")
            try journal.seekToHead()
            var reader = EntryReader()
            while try journal.next() {
                if try reader.writer(of: journal).isBelievable { return true }
            }
            return false
        } catch {
            throw JournalReader.unreadable(source, error)
        }
    }

    /// The first record that names this one as the last before its own instance.
    func findFirst(after anchor: RecordAnchor) throws(ReportError) -> TrailEntry? {
        try first { () throws(LinuxError) in
            try journal.match("\(Field.before.name)=\(anchor)")
            try journal.seekToHead()
        } step: { () throws(LinuxError) in
            try journal.next()
        }
    }

    /// The first record of all.
    func findFirst() throws(ReportError) -> TrailEntry? {
        try first { () throws(LinuxError) in
            try journal.seekToHead()
        } step: { () throws(LinuxError) in
            try journal.next()
        }
    }

    /// The last record that journald received up to a time, as each of its files has them in their order.
    func findLast(upTo time: UInt64) throws(ReportError) -> TrailEntry? {
        try first { () throws(LinuxError) in
            try journal.seek(toRealtime: time)
        } step: { () throws(LinuxError) in
            try journal.previous()
        }
    }

    private func first(
        from seek: () throws(LinuxError) -> Void, step: () throws(LinuxError) -> Bool
    ) throws(ReportError) -> TrailEntry? {
        do throws(LinuxError) {
            journal.clearMatches()
            try journal.match("SYSLOG_IDENTIFIER=\(Record.identifier)")
            try seek()
            var reader = EntryReader()
            var notes = ReadingNotes()
            var found: TrailEntry?
            while found == nil, try step() {
                try reader.read(journal, &notes, { if $0.isBelievable { found = $0 } }, strange: { _ in })
            }
            return found
        } catch {
            throw JournalReader.unreadable(source, error)
        }
    }
}
