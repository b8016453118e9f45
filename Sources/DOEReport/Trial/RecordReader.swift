internal import DOEAuditTrail
public import DOELinux
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
        /// Entries in the trail's name that somebody other than the daemon wrote; they count for nothing.
        public internal(set) var foreign = 0
        /// Entries that could not be read.
        public internal(set) var unreadable = 0
        /// Why the ring was not read, where it might have been.
        public internal(set) var ringProblem: String?
        /// Files that are there and were not read: what stands in them is missing.
        public internal(set) var unread: [UnreadFile] = []
        /// Records of a newer schema, which may say more than is known here.
        public internal(set) var newer = 0

        /// Nothing to be said.
        public init() {}
    }

    /// Where records are read from.
    public let source: TrailSource
    /// Which time was asked for.
    public let asked: AskedTime
    private let ring: RingPlace
    private let window: TimeWindow

    /// A reader of what happened in a time.
    public init(_ source: TrailSource, ring: RingPlace, asked: AskedTime = AskedTime()) {
        self.source = source
        self.ring = ring
        self.asked = asked
        window = TimeWindow(since: asked.since?.microseconds, until: asked.until?.microseconds)
    }

    /// Calls `body` with each record, each once, those of the journal first. Where reading has to begin anew, `again`
    /// is called before: what was told until then counts no more.
    public func read(again: () -> Void, _ body: (Record) -> Void) throws(ReportError) -> Notes {
        var notes = Notes()
        // The ring first: what leaves it meanwhile is in the journal by then.
        let waiting = try readRing(&notes)
        var foreign = 0
        var (pass, read) = try TrailReading(try JournalReader(source)).read(TrailPass(window: window)) {
            foreign = 0
            again()
        } _: { entry, finding in
            switch finding {
            case .foreign: foreign += 1
            case .new, .conflict: body(entry.record)
            case .outside, .duplicate: break
            }
        }
        for record in waiting {
            let machine = pass.machine(of: record.instance)
            let finding = pass.take(TrailEntry(record: record, writerUID: 0, machine: machine))
            if finding == .new || finding == .conflict { body(record) }
        }
        notes.foreign = foreign + read.foreign.values.reduce(0, +)
        notes.unreadable = read.unreadable + read.damage + read.torn.count { !pass.holds($0) }
        notes.unread = read.unread
        notes.newer = pass.chain.uncheckedCount
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
