internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Glibc
internal import SystemPackage

/// Reads the trail's records, from a journal or from an export file, in bounded memory.
public struct JournalReader: Sendable {
    let source: TrailSource
    /// The journal's files; `nil` of an export file.
    let files: JournalFiles?

    /// A reader of what is there now.
    public init(_ source: TrailSource) throws(ReportError) {
        self.source = source
        guard case .journal(let journal) = source else {
            files = nil
            return
        }
        do throws(LinuxError) {
            files = try JournalFiles(journal)
        } catch {
            throw Self.unreadable(source, error)
        }
    }

    /// Calls `body` with each record in the journal's order, duplicates and what others wrote included.
    public func read(_ body: (TrailEntry) -> Void) throws(ReportError) -> ReadingNotes {
        try read(in: TimeWindow(), body) { _ in }
    }

    /// The same, but of a journal only what it received in a time or a little before: its index leads there. A clock
    /// that was set makes that more or less than what happened then.
    func read(
        in window: TimeWindow, _ body: (TrailEntry) -> Void, strange: (StrangeRecord) -> Void
    ) throws(ReportError) -> ReadingNotes {
        var notes = ReadingNotes()
        var mistake: (problem: String, remedy: String)?
        do throws(LinuxError) {
            switch source {
            case .journal: try readJournal(window, &notes, body, strange)
            case .exportFile(let path): mistake = try read(path, &notes, body, strange)
            }
        } catch {
            throw Self.unreadable(source, error)
        }
        if let mistake { throw ReportError(problem: "\(source) \(mistake.problem)", remedy: mistake.remedy) }
        notes.unread = files?.unread ?? []
        notes.isVolatile = files?.isVolatile ?? false
        return notes
    }

    static func unreadable(_ source: TrailSource, _ error: LinuxError) -> ReportError {
        ReportError(
            problem: "\(source) cannot be read: \(error.problem)",
            remedy: error.remedy(
                forReading: "\(source)", absent: "check the name: nothing of it is there",
                forbidden: "read as root or as a member of the group systemd-journal"))
    }

    private func readJournal(
        _ window: TimeWindow, _ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void,
        _ strange: (StrangeRecord) -> Void
    ) throws(LinuxError) {
        guard let journal = try openTrail() else { return }
        let begin = window.since - min(window.since, window.slack)
        if begin > 0 { try journal.seek(toRealtime: begin) } else { try journal.seekToHead() }
        let (end, overflow) = window.until.addingReportingOverflow(window.slack)
        var reader = EntryReader()
        while try journal.next() {
            if !overflow, try journal.receivedAt() > end { break }
            try reader.read(journal, &notes, body, strange: strange)
        }
    }

    /// The journal's entries in the trail's name; `nil` where no file of it can be read. One match: the index leads
    /// straight to them, however many others there are.
    func openTrail() throws(LinuxError) -> Journal? {
        guard let files, !files.isEmpty else { return nil }
        let journal = try Journal(files)
        try journal.match("SYSLOG_IDENTIFIER=\(Record.identifier)")
        return journal
    }

    /// Returns what the file is in place of an export, where nothing of the trail was in it.
    private func read(
        _ path: String, _ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void, _ strange: (StrangeRecord) -> Void
    ) throws(LinuxError) -> (problem: String, remedy: String)? {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        let file = Descriptor(owning: number)
        var parser = JournalExportParser()
        var reader = EntryReader()
        var first: [UInt8]?
        var isOurs = false
        while true {
            let piece = try file.read(upTo: 1 << 16, subject: path)
            first = first ?? Array(piece)
            parser.feed(piece)
            while let item = parser.next() { take(item, &reader, &notes, &isOurs, body, strange) }
            if piece.isEmpty { break }
        }
        if let item = parser.finish() { take(item, &reader, &notes, &isOurs, body, strange) }
        return isOurs ? nil : ExportFileForm.mistake(first ?? [])
    }

    private func take(
        _ item: JournalExportParser.Item, _ reader: inout EntryReader, _ notes: inout ReadingNotes,
        _ isOurs: inout Bool, _ body: (TrailEntry) -> Void, _ strange: (StrangeRecord) -> Void
    ) {
        switch item {
        case .damage(let error):
            notes.damage += 1
            notes.note(error.problem)
        case .entry(let entry):
            // A file may be a whole journal: what others wrote is none of ours.
            guard entry.text("SYSLOG_IDENTIFIER") == Record.identifier else { return }
            isOurs = true
            reader.read(entry, &notes, body, strange: strange)
        }
    }
}
