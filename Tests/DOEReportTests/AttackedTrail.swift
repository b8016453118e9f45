@testable import DOEAuditTrail
import DOELinux
import DOERecord
@testable import DOEReport
import DOEWords
import TestSupport

/// A trail of several machines and instances as it is when nobody touched it, and what tells where it ends.
struct AttackedTrail {
    /// What says how far the trail goes.
    enum Known: CaseIterable {
        case ring, anchor, nothing
    }

    /// A record's place: what an attacker touches.
    struct Place: Hashable {
        let key: TrailKey
        let sequence: UInt64
    }

    var entries: [TrailEntry] = []
    var known = Known.nothing
    var ring: RingReading?
    var expected: [RecordAnchor] = []
    var unread: [UnreadFile] = []
    /// Whether a loss on record names the end of an instance.
    var hasLoss = false
    /// `nil` where each record is a second later than the one before.
    private var clock: TrailClock?

    /// Each machine's instances follow each other, each named by the first record of the next one, as daemons do;
    /// some have lost their end in a way that is on record.
    static func random(_ random: inout SeededGenerator, clock: TrailClock? = nil) -> AttackedTrail {
        var trail = AttackedTrail()
        trail.clock = clock
        trail.known = Known.allCases.randomElement(using: &random) ?? .nothing
        let machines = trail.known == .ring ? 1 : Int.random(in: 1...2, using: &random)
        for machine in 0..<machines {
            var before: RecordAnchor?
            let instances = Int.random(in: 1...3, using: &random)
            for instance in 0..<instances {
                let isLast = instance == instances - 1
                before = trail.add(
                    instance: String(repeating: "\(machine)\(instance)", count: 16), on: "m\(machine)", after: before,
                    isLast: isLast, &random)
            }
        }
        return trail
    }

    private mutating func add(
        instance: String, on machine: String, after before: RecordAnchor?, isLast: Bool, _ random: inout SeededGenerator
    ) -> RecordAnchor {
        var chain = SHA256Digest.zero
        let count = UInt64.random(in: 2...5, using: &random)
        let isLossy = before != nil && random.once(in: 3)
        for sequence in 1...count {
            let isLoss = isLossy && sequence == 2
            var record = Record(
                isLoss ? .recordsLost : .exchangeAllowed, priority: .info, message: "\(sequence) of \(instance)")
            record[.instance] = instance
            record[.sequence] = String(sequence)
            record[.chain] = chain.description
            record[.schema] = String(Record.schema)
            record[.time] = String(1_772_330_400_000_000 + entries.count * 1_000_000)
            clock?.stamp(&record, &random)
            record[.clientUID] = "0"
            if sequence == 1 || isLoss { record.before = before }
            chain = SHA256Digest(of: record.encoded)
            entries.append(TrailEntry(record: record, writerUID: 0, machine: machine, host: machine))
        }
        let anchor = RecordAnchor(instance: instance, sequence: count, digest: chain)
        if isLossy, let before, let last = entries.lastIndex(where: { $0.record.instance == before.instance }) {
            // The loss is true: the end of the one before is gone.
            let isLossItself = entries[last].record.event == .recordsLost
            if random.once(in: 2), before.sequence > 1, !isLossItself { entries.remove(at: last) }
            hasLoss = true
        }
        guard isLast else { return anchor }
        switch known {
        case .nothing: break
        case .anchor: expected.append(anchor)
        case .ring:
            var ring = RingReading(path: "/made-up/ring")
            ring.last = RecordNumber(instance: instance, sequence: count)
            ring.lastReleased = (RecordNumber(instance: instance, sequence: count), chain)
            self.ring = ring
        }
        return anchor
    }

    func verify(since: UInt64? = nil) -> Verification {
        var builder = VerificationBuilder(
            source: .exportFile("attacked.export"), since: since, ring: ring, expected: expected)
        for entry in entries { builder.add(entry) }
        var notes = ReadingNotes()
        notes.unread = unread
        return builder.finish(notes)
    }

    func place(_ index: Int) -> Place {
        let entry = entries[index]
        return Place(
            key: TrailKey(machine: entry.machine, instance: entry.record.instance ?? ""),
            sequence: entry.record.sequence ?? 0)
    }

    mutating func change(_ index: Int, _ body: (inout Record) -> Void) {
        var record = entries[index].record
        body(&record)
        entries[index] = TrailEntry(
            record: record, writerUID: entries[index].writer.uid, machine: entries[index].machine,
            host: entries[index].host)
    }

    /// Another entry than the record's own, as a reader of a journal takes it.
    mutating func alter(_ index: Int, _ body: (inout [JournalEntry.Field]) -> Void) {
        let old = entries[index]
        var fields = (try? JournalEntry(nativeProtocol: old.record.encoded))?.fields ?? []
        body(&fields)
        let outer = [("_UID", old.writer.uid.map { "\($0)" }), ("_MACHINE_ID", old.machine), ("_HOSTNAME", old.host)]
        let told = outer.compactMap { name, value in
            value.map { JournalEntry.Field(name: name, value: Array($0.utf8)) }
        }
        var reader = EntryReader()
        var notes = ReadingNotes()
        reader.read(JournalEntry(fields: told + fields), &notes, { entries[index] = $0 }, strange: { _ in })
    }
}
