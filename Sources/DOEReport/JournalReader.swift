internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Glibc
internal import SystemPackage

/// Reads the trail's records, from a journal or from an export file, in bounded memory.
public struct JournalReader: Sendable {
    let source: TrailSource
    private let since: UInt64?

    /// A reader of everything that journald received at `since` (microseconds since 1970) or later.
    public init(_ source: TrailSource, since: UInt64? = nil) {
        self.source = source
        self.since = since
    }

    /// Calls `body` with each record in the journal's order, duplicates included.
    public func read(_ body: (TrailEntry) -> Void) throws(ReportError) -> ReadingNotes {
        var notes = ReadingNotes()
        do throws(LinuxError) {
            switch source {
            case .journal(let journal): try read(Journal(journal), &notes, body)
            case .exportFile(let path): try read(path, &notes, body)
            }
        } catch {
            throw unreadable(error)
        }
        return notes
    }

    func unreadable(_ error: LinuxError) -> ReportError {
        ReportError(
            problem: "\(source) cannot be read: \(error.problem)",
            remedy: "check the name, and read as root or as a member of the group systemd-journal")
    }

    private func read(_ journal: Journal, _ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void) throws(LinuxError)
    {
        // One match: the index leads straight to the trail's entries, however many others there are.
        try journal.match("SYSLOG_IDENTIFIER=\(Record.identifier)")
        if let since { try journal.seek(toRealtime: since) } else { try journal.seekToHead() }
        var reader = EntryReader()
        while try journal.next() {
            reader.begin()
            try journal.forEachField { reader.take($0) }
            reader.deliver(&notes, body)
        }
    }

    private func read(_ path: String, _ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void) throws(LinuxError) {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        let file = Descriptor(owning: number)
        var parser = JournalExportParser()
        var reader = EntryReader()
        while true {
            let piece = try file.read(upTo: 1 << 16, subject: path)
            parser.feed(piece)
            while let item = parser.next() { take(item, &reader, &notes, body) }
            if piece.isEmpty { break }
        }
        if let item = parser.finish() { take(item, &reader, &notes, body) }
    }

    private func take(
        _ item: JournalExportParser.Item, _ reader: inout EntryReader, _ notes: inout ReadingNotes,
        _ body: (TrailEntry) -> Void
    ) {
        switch item {
        case .damage(let error):
            notes.damage += 1
            notes.note(error.problem)
        case .entry(let entry):
            if let since, let received = entry.text("__REALTIME_TIMESTAMP").flatMap({ UInt64($0) }), received < since {
                return
            }
            // A file may be a whole journal: what others wrote is none of ours.
            guard entry.text("SYSLOG_IDENTIFIER") == Record.identifier else { return }
            // With fields left out, the one that tells who wrote it may be among them; no record has so many.
            guard entry.fields.count < JournalExportParser.fieldLimit else {
                notes.unreadable += 1
                notes.note("an entry of more fields than a record has")
                return
            }
            reader.begin()
            for field in entry.fields { reader.take(field) }
            reader.deliver(&notes, body)
        }
    }
}
