internal import DOELinux
internal import DOERecord
internal import Glibc

/// Sees which records the journal holds. For one thread.
final class JournalReadBack {
    private let source: JournalSource
    /// Stands behind the last entry that was seen of `instance`.
    private var stream: (journal: Journal, instance: String)?

    /// How many entries are taken in at a time.
    private static let batch = 4096

    /// journald's own word for who sent an entry. Number and chain of the next record can be worked out by whoever may
    /// read the one before, so without this anybody could have a record given up that the journal never got.
    private let writer = "_UID=\(geteuid())"

    init(_ source: JournalSource) { self.source = source }

    /// What the journal has received of this instance since the last call; at the first call, since shortly before
    /// `since`, microseconds since 1970. A clock that was set may hide some: `lookUp` finds them.
    func news(of instance: String, since: UInt64) throws(LinuxError) -> [RecordNumber: String] {
        let journal = try stream(of: instance, since: since)
        try journal.refresh()
        var found: [RecordNumber: String] = [:]
        for _ in 0..<Self.batch {
            guard try journal.next() else { break }
            try note(journal, instance, in: &found)
        }
        return found
    }

    /// Which of these the journal holds, wherever in it.
    func lookUp(_ records: [PendingRecord]) throws(LinuxError) -> [RecordNumber: String] {
        // Its own handle, and a new one for the stream afterwards: whatever hid the records must not hide more.
        stream = nil
        let journal = try Journal(source)
        var found: [RecordNumber: String] = [:]
        for record in records {
            journal.clearMatches()
            try journal.match(writer)
            try journal.match("\(Field.instance.name)=\(record.number.instance)")
            try journal.match("\(Field.sequence.name)=\(record.number.sequence)")
            try journal.seekToHead()
            while found[record.number] != record.chain {
                guard try journal.next() else { break }
                try note(journal, record.number.instance, in: &found)
            }
        }
        return found
    }

    /// Lets go of the journal's files, so that rotated ones can be removed.
    func close() { stream = nil }

    private func stream(of instance: String, since: UInt64) throws(LinuxError) -> Journal {
        if let stream, stream.instance == instance { return stream.journal }
        let journal = try Journal(source)
        try journal.match(writer)
        try journal.match("\(Field.instance.name)=\(instance)")
        try journal.seek(toRealtime: since - min(since, 1_000_000))
        stream = (journal, instance)
        return journal
    }

    private func note(
        _ journal: Journal, _ instance: String, in found: inout [RecordNumber: String]
    ) throws(LinuxError) {
        guard let digits = try journal.value(of: Field.sequence.name),
            let sequence = UInt64(String(decoding: digits, as: UTF8.self)),
            let chain = try journal.value(of: Field.chain.name)
        else { return }
        found[RecordNumber(instance: instance, sequence: sequence)] = String(decoding: chain, as: UTF8.self)
    }
}
