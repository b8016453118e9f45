internal import DOERecord
internal import DOEWords

/// Reads a trail for somebody who asks for a time.
///
/// A journal is entered by its index at that time, as far as that tells all: where a number is missing then, or there
/// is one more before or behind what was read, a clock was set or something was removed, and everything is read.
struct TrailReading {
    let reader: JournalReader
    /// Numbers that have to be there, whatever time is asked for.
    let wanted: [RecordAnchor]

    init(_ reader: JournalReader, wanted: [RecordAnchor] = []) {
        self.reader = reader
        self.wanted = wanted
    }

    /// Calls `body` with each entry and what it is. Where the walk has to begin anew, `again` is called first: what
    /// was told before counts no more.
    func read(
        _ empty: TrailPass, again: () -> Void, _ body: (TrailEntry, TrailPass.Finding) -> Void
    ) throws(ReportError) -> (TrailPass, ReadingNotes) {
        if case .journal = reader.source, empty.window.isBounded {
            var pass = empty
            let notes = try walk(&pass, in: empty.window, body)
            if try isClosed(&pass), !pass.chain.hasRepeated { return (pass, notes) }
            again()
        }
        var pass = empty
        let notes = try walk(&pass, in: TimeWindow(), body)
        // Only where a record was delivered again long after.
        if pass.chain.hasRepeated { _ = try reader.read { if $0.isBelievable { pass.chain.compareRepeated($0) } } }
        return (pass, notes)
    }

    private func walk(
        _ pass: inout TrailPass, in window: TimeWindow, _ body: (TrailEntry, TrailPass.Finding) -> Void
    ) throws(ReportError) -> ReadingNotes {
        var walked = pass
        let notes = try reader.read(in: window) { entry in
            body(entry, walked.take(entry))
        } strange: { strange in
            walked.take(strange)
        }
        pass = walked
        return notes
    }

    /// Whether the journal holds nothing more of that time than what was read. The records beside it that are looked
    /// up for that are taken too: they lie outside.
    private func isClosed(_ pass: inout TrailPass) throws(ReportError) -> Bool {
        let window = pass.window
        guard pass.chain.gaps(in: window).isEmpty, let places = try reader.openPlaces() else { return false }
        for (key, instance) in pass.chain.instances {
            if let start = instance.seen.first, start > 1 {
                guard let before = try places.find(key, start - 1) else { return false }
                guard pass.take(before) == .outside else { return false }
            }
            if window.until == .max, let last = instance.seen.last, last < .max,
                try places.find(key, last + 1) != nil
            {
                return false
            }
        }
        if window.until < .max, let last = try places.findLast(upTo: window.until),
            let key = last.key, let sequence = last.record.sequence,
            pass.chain.instances[key]?.seen.contains(sequence) != true, last.record.time ?? 0 >= window.since
        {
            return false
        }
        for anchor in wanted {
            let keys = pass.chain.keys(of: anchor.instance)
            if keys.contains(where: { pass.chain.instances[$0]?.seen.contains(anchor.sequence) == true }) { continue }
            guard let entry = try places.find(TrailKey(machine: nil, instance: anchor.instance), anchor.sequence) else {
                return false
            }
            guard pass.take(entry) == .outside else { return false }
        }
        if !pass.hasSeenAny, let entry = try places.findFirst() { _ = pass.take(entry) }
        return true
    }
}
