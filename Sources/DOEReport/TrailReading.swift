internal import DOERecord
internal import DOEWords

/// Reads a trail for somebody who asks for a time.
///
/// A journal is entered by its index at that time, as far as that tells all: where a number is missing then, or there
/// is one more before or behind what was read, or a record of that time elsewhere, a clock was set or something was
/// removed, and everything is read.
struct TrailReading {
    let reader: JournalReader
    /// Numbers that have to be there, whatever time is asked for.
    let wanted: [RecordAnchor]

    /// How many records before a time are looked up one by one.
    private static let lookBackLimit = 1000

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
            var times = reader.times(in: empty.window)
            let notes = try walk(&pass, in: empty.window) { entry, finding in
                if finding != .foreign, let time = entry.record.time { times?.remove(time) }
                body(entry, finding)
            }
            if let times, try isClosed(&pass, without: times), !pass.chain.hasRepeated { return (pass, notes) }
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

    /// Whether the journal holds nothing more of that time than what was read; `times` are those in the journal that
    /// were not. The records beside it that are looked up for that are taken too: they lie outside.
    private func isClosed(_ pass: inout TrailPass, without times: Set<UInt64>) throws(ReportError) -> Bool {
        let window = pass.window
        guard pass.chain.gaps(in: window).isEmpty, let places = try reader.openPlaces() else { return false }
        for time in times where try places.holds(time) { return false }
        guard try hasNoneBehind(pass, places), try lookBack(&pass, places) else { return false }
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
        guard try lookBack(&pass, places), pass.chain.gaps(in: window).isEmpty else { return false }
        if !pass.hasSeenAny, let entry = try places.findFirst() { _ = pass.take(entry) }
        return true
    }

    /// Whether there is no record behind the last one of each instance that may be of that time.
    private func hasNoneBehind(_ pass: TrailPass, _ places: JournalPlaces) throws(ReportError) -> Bool {
        for (key, instance) in pass.chain.instances {
            guard let last = instance.seen.last, last < .max else { continue }
            let next = try places.find(key, last + 1)
            // A clock that was set back may have the instance after it before that time.
            if instance.end == last, let anchor = pass.chain.anchor(of: key, last),
                let key = try places.findFirst(after: anchor)?.key, pass.chain.instances[key] == nil
            {
                return false
            }
            if pass.window.until == .max {
                guard next == nil else { return false }
            } else if instance.end == last, next?.record.time ?? 0 <= pass.window.until {
                return false
            }
        }
        return true
    }

    /// Looks up what is before that time, one number after the other, until it is sure that all before is older: in
    /// an instance that begins within that time, also the end of the one before it.
    private func lookBack(_ pass: inout TrailPass, _ places: JournalPlaces) throws(ReportError) -> Bool {
        guard pass.window.since > 0 else { return true }
        var steps = 0
        var place = 0
        while place < pass.chain.order.count {
            let key = pass.chain.order[place]
            place += 1
            while pass.chain.settledEnd(of: key) == nil, let first = pass.chain.instances[key]?.seen.first {
                var wanted = (key, first - min(first, 1))
                if first <= 1 {
                    guard let before = pass.chain.namedBefore[key], let anchor = pass.chain.named[before] else {
                        return false
                    }
                    if pass.chain.instances[before]?.seen.contains(anchor.sequence) == true { break }
                    wanted = (before, anchor.sequence)
                }
                steps += 1
                guard steps <= Self.lookBackLimit, let entry = try places.find(wanted.0, wanted.1),
                    entry.key == wanted.0, pass.take(entry) == .outside
                else { return false }
            }
        }
        return true
    }
}
