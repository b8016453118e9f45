internal import DOEAuditTrail
internal import DOELinux
public import DOERecord
internal import DOEWords

/// Reads every record of a time once: those that wait in the ring, and those of the journal.
public struct RecordReader: Sendable {
    /// Whether the ring is read too.
    public enum RingPlace: Hashable, Sendable {
        /// It is not.
        case notRead
        /// It is, if it is there and may be read.
        case ifReadable(stateDirectory: String)
        /// It has to be.
        case required(stateDirectory: String)
    }

    /// What was found beside the records.
    public struct Notes: Hashable, Sendable {
        /// Entries in the trail's name that somebody other than root wrote; they count for nothing.
        public internal(set) var foreign = 0
        /// Entries that could not be read.
        public internal(set) var unreadable = 0
        /// Why the ring was not read, where it might have been.
        public internal(set) var ringProblem: String?

        /// Nothing to be said.
        public init() {}
    }

    /// Where records are read from.
    public let source: TrailSource
    private let ring: RingPlace
    private let range: ClosedRange<UInt64>

    /// A reader of what happened from `since` to `until`, both inclusive, microseconds since 1970.
    public init(_ source: TrailSource, ring: RingPlace, since: UInt64? = nil, until: UInt64? = nil) {
        self.source = source
        self.ring = ring
        let first = since ?? 0
        range = first...max(first, until ?? .max)
    }

    /// Calls `body` with each record, each once, those of the journal first.
    public func read(_ body: (Record) -> Void) throws(ReportError) -> Notes {
        var notes = Notes()
        // The ring first: what leaves it meanwhile is in the journal by then.
        let waiting = try readRing(&notes)
        var chain = ChainCheck()
        func take(_ record: Record) {
            let isInRange = record.time.map { range.contains($0) } ?? true
            if chain.add(record, isInRange: isInRange) != .duplicate, isInRange { body(record) }
        }
        // Journald gets an entry later than its event, so none is missed that way.
        let read = try JournalReader(source, since: range.lowerBound == 0 ? nil : range.lowerBound).read { entry in
            if let uid = entry.writerUID, uid != 0 { notes.foreign += 1 } else { take(entry.record) }
        }
        for record in waiting { take(record) }
        notes.foreign += read.foreign.values.reduce(0, +)
        notes.unreadable = read.unreadable + read.damage
        return notes
    }

    private func readRing(_ notes: inout Notes) throws(ReportError) -> [Record] {
        do throws(TrailError) {
            switch ring {
            case .notRead: return []
            case .ifReadable(let directory), .required(let directory):
                return try RingReader.read(stateDirectory: directory).closed
            }
        } catch {
            guard case .ifReadable = ring else { throw ReportError(problem: error.problem, remedy: error.remedy) }
            notes.ringProblem = error.problem
            return []
        }
    }
}
