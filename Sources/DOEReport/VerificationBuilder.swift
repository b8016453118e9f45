public import DOEAuditTrail
internal import DOELinux
internal import DOERecord
public import DOEWords

/// Checks a trail from its records, one at a time: first the ring, then the journal's entries, then the end.
public struct VerificationBuilder: Sendable {
    var pass: TrailPass
    let ring: RingReading?
    let expected: [RecordAnchor]
    private let deviceLog: DeviceLog?
    private var result: Verification
    private var device: DeviceCheck?
    private var waiting: [TrailKey: Int] = [:]
    private var duplicates: [TrailKey: Int] = [:]
    /// Whether the journal has no record at all, whenever.
    private var isJournalEmpty = false

    /// How many sentences about losses are kept.
    private static let lossLimit = 20

    /// A check of what happened at `since` (microseconds since 1970) or later, with the ring as it was before the
    /// journal was read, and records that have to be there.
    public init(
        source: TrailSource, since: UInt64? = nil, ring: RingReading? = nil, deviceLog: DeviceLog? = nil,
        expected: [RecordAnchor] = []
    ) {
        self.ring = ring
        self.deviceLog = deviceLog
        self.expected = expected
        result = Verification(source: source)
        device = deviceLog.map(DeviceCheck.init)
        device?.add(open: ring?.open ?? [])
        pass = TrailPass(
            window: TimeWindow(since: since), watching: expected + [ring?.anchor].compactMap(\.self))
    }

    /// Takes one entry of the journal.
    public mutating func add(_ entry: TrailEntry) { note(entry, pass.take(entry)) }

    /// Takes one that the pass has taken.
    mutating func note(_ entry: TrailEntry, _ finding: TrailPass.Finding) {
        switch finding {
        // Anybody may write to the journal in the trail's name, so that is no sign of anything.
        case .foreign: result.foreign += 1
        case .conflict, .duplicate, .outside: break
        case .new: take(entry.record)
        }
    }

    private mutating func take(_ record: Record) {
        device?.add(record)
        switch record.event {
        case .recordsLost: if result.losses.count < Self.lossLimit { result.losses.append(record.message) }
        case .taintLost: if result.taintLosses.count < Self.lossLimit { result.taintLosses.append(record.message) }
        default: break
        }
    }

    /// Whether numbers are missing that were given after the ring was read: then both have to be read once more.
    var isOvertaken: Bool {
        guard let last = ring?.last else { return false }
        return pass.chain.gaps(in: pass.window).contains { $0.instance == last.instance && $0.last > last.sequence }
    }

    /// Whether the journal has numbers that the ring had not given when it was read: then it has to be read once
    /// more.
    var isAheadOfRing: Bool {
        guard let last = ring?.last else { return false }
        let key = pass.key(of: last.instance)
        return pass.chain.instances[key]?.seen.last ?? 0 > last.sequence || !pass.instances(after: key).isEmpty
    }

    /// The result; `notes` is what the reader could not read, and `ringAfter` the last number that the ring knows of
    /// after the journal was read.
    public consuming func finish(
        _ notes: ReadingNotes = ReadingNotes(), ringAfter: RecordNumber? = nil
    ) -> Verification {
        result.records = pass.records
        isJournalEmpty = !pass.hasSeenAny
        // What the ring still holds as well was not delivered twice.
        duplicates = pass.duplicates
        result.duplicates = pass.duplicateCount
        takeRing()
        result.foreign += notes.foreign.values.reduce(0, +)
        result.unreadable = notes.unreadable + notes.damage
        result.torn = notes.torn.count
        result.unread = notes.unread
        result.isVolatile = notes.isVolatile
        (result.first, result.last) = (pass.first, pass.last)
        let ends = judgeNumbers(ringAfter: ringAfter ?? ring?.last)
        judgeDevice()
        let unseen = ends.given.keys.filter { pass.chain.instances[$0] == nil }.sorted { $0.instance < $1.instance }
        let faults = InstanceFaults(result)
        result.instances = (pass.chain.order + unseen).compactMap { row($0, ends, faults) }
        judgeDoubts(ends)
        result.outcome = result.judged
        return result
    }

    /// After the journal, so that the instances stand in the journal's order.
    private mutating func takeRing() {
        guard let ring else { return }
        var waitingCount = 0
        for record in ring.closed {
            let machine = pass.machine(of: record.instance)
            let entry = TrailEntry(record: record, writerUID: 0, machine: machine)
            let isKnown = entry.isKnown(to: pass.chain)
            note(entry, pass.take(entry))
            if !isKnown, let key = entry.key {
                waitingCount += 1
                waiting[key, default: 0] += 1
            }
        }
        result.ring = Verification.Ring(
            path: ring.path, capacity: ring.capacity, closed: ring.closed.count, waiting: waitingCount,
            open: ring.open.count, lost: ring.lost, repairable: ring.repairable, owesLoss: ring.owesLoss)
    }

    private mutating func judgeNumbers(ringAfter: RecordNumber?) -> TrailEnds {
        var ends = TrailEnds(of: pass, ring: ring?.last, owesLoss: ring?.owesLoss == true, expected: expected)
        result.differences += ends.compareRing(&pass, ring, after: ringAfter)
        result.differences += ends.compareNamed(pass)
        result.differences += ends.compareExpected(pass, expected)
        result.chainBreaks = pass.chain.breaks
        result.conflicting = pass.chain.conflicts
        result.conflicts = result.conflicting.count
        result.unexplainedGaps = pass.chain.gaps(in: pass.window)
        for (key, given) in ends.given.sorted(by: { $0.key.instance < $1.key.instance }) {
            let instance = pass.chain.instances[key] ?? InstanceCheck()
            // When what is missing behind an end was written is not known: only where the instance that names it was
            // there before the time asked for, it is none of that time's.
            let isOver = ends.known[key] == .named && pass.chain.isOver(key)
            guard !isOver, let tail = instance.tail(through: given) else { continue }
            if ends.lost.contains(key) {
                result.accountedGaps.append(Gap(key, tail))
            } else {
                result.unexplainedGaps.append(Gap(key, tail))
            }
        }
        doubtEmptyJournal(&ends)
        return ends
    }

    /// What the ring has given up was in the journal once. Where that holds nothing at all any more, a vacuum may
    /// have taken it, which whoever floods the journal can bring about, or somebody: nothing tells the one from the
    /// other.
    private mutating func doubtEmptyJournal(_ ends: inout TrailEnds) {
        guard isJournalEmpty, let last = ring?.last else { return }
        let missing = result.unexplainedGaps.filter { $0.instance == last.instance }
        guard !missing.isEmpty else { return }
        result.unexplainedGaps.removeAll { $0.instance == last.instance }
        ends.doubts.append(
            "the journal had the records of instance \(last.instance) up to \(last.sequence), as the ring says, and holds"
                + " no record of the trail any more: a vacuum does that, and so does whoever deletes it; compare with a"
                + " copy that is kept elsewhere")
    }

    private mutating func judgeDevice() {
        guard let deviceLog, let (recorded, missing) = device?.result else { return }
        let isAccounted = !result.losses.isEmpty || ring?.owesLoss == true
        result.device = Verification.Device(
            executed: deviceLog.executed, recorded: recorded, accounted: isAccounted ? missing : 0,
            lost: isAccounted ? 0 : missing)
    }

    private mutating func judgeDoubts(_ ends: TrailEnds) {
        result.unchecked = pass.chain.uncheckedCount
        var doubts = ends.doubts
        func count(_ number: Int, _ one: String, _ many: String) {
            if number > 0 { doubts.append("\(number) \(number == 1 ? one : many)") }
        }
        if !pass.hasSeenAny, doubts.isEmpty {
            doubts.append("there is no record of the trail to check")
        } else if pass.hasSeenAny, pass.records == 0 {
            doubts.append(nothingOfThatTime)
        }
        if deviceLog?.executed == 0 {
            doubts.append(
                "the device's log has no exchange: no record was held against it; see whether it is the right file and"
                    + " whether its writer was at work, or check without --device-log")
        }
        count(result.unreadable, "entry cannot be read", "entries cannot be read")
        count(result.unchecked, "record is of a newer schema", "records are of a newer schema")
        count(pass.unnumbered, "record has no number", "records have no number")
        for (instance, keys) in Dictionary(grouping: pass.chain.order, by: \.instance).sorted(by: { $0.key < $1.key })
        where keys.count > 1 {
            doubts.append(
                "instance \(instance) has records of \(keys.count) machines: one's disk is a copy, or records were moved"
            )
        }
        for (key, followers) in pass.chain.forks {
            doubts.append(
                "instances \(followers.joined(separator: ", ")) each name instance \(key.instance) as the one before"
                    + " them: a state directory was copied, or an older one was put back")
        }
        for key in pass.chain.order where pass.chain.isHeadless(key) {
            doubts.append(
                "the first records of instance \(key.instance) are missing, and older ones are not: no vacuum does that"
            )
        }
        result.isAnchored = result.instances.allSatisfy { $0.end != nil }
        let putAside = result.putAside(besides: doubts)
        count(result.unread.count, "file was not read", "files were not read")
        result.doubts = doubts + [putAside].compactMap(\.self)
    }

    /// That nothing is missing is then true of nothing: a check that never sees a record must not be green for ever.
    private var nothingOfThatTime: String {
        let last = ring?.last.map { ", and the last one that the ring knows of, \($0), is from before" } ?? ""
        return "there is no record of the time that was asked for\(last)"
    }

    private func row(_ key: TrailKey, _ ends: TrailEnds, _ faults: InstanceFaults) -> Verification.Instance? {
        let accounted = faults.accounted[key]?.total ?? 0
        let unexplained = faults.unexplained[key]?.total ?? 0
        let breaks = faults.breaks[key]?.count ?? 0
        let instance = pass.chain.instances[key] ?? InstanceCheck()
        guard instance.start != nil || unexplained > 0 else { return nil }
        let end = ends.known[key]
        let first = instance.start ?? instance.seen.first ?? 0
        let outcome: Verification.Outcome =
            breaks > 0 || unexplained > 0
            ? .broken : accounted > 0 || ends.lost.contains(key) ? .accounted : end == nil ? .unanchored : .whole
        return Verification.Instance(
            instance: key.instance, machine: key.machine, host: pass.host(of: key.machine), first: first,
            last: instance.seen.last ?? 0, records: instance.seen.count(from: first), waiting: waiting[key] ?? 0,
            duplicates: duplicates[key] ?? 0, accounted: accounted, unexplained: unexplained, chainBreaks: breaks,
            end: end, outcome: outcome)
    }
}

/// What is wrong, by instance.
private struct InstanceFaults {
    let accounted: [TrailKey: [Gap]]
    let unexplained: [TrailKey: [Gap]]
    let breaks: [TrailKey: [ChainBreak]]

    init(_ check: Verification) {
        accounted = Dictionary(grouping: check.accountedGaps, by: \.key)
        unexplained = Dictionary(grouping: check.unexplainedGaps, by: \.key)
        breaks = Dictionary(grouping: check.chainBreaks) { TrailKey(machine: $0.machine, instance: $0.instance) }
    }
}

extension TrailEntry {
    fileprivate func isKnown(to chain: ChainCheck) -> Bool {
        guard let key, let sequence = record.sequence else { return false }
        return chain.holds(key, sequence)
    }
}

extension Verification {
    /// The answer, from the numbers.
    fileprivate var judged: Outcome {
        let isContradicted =
            !chainBreaks.isEmpty || conflicts > 0 || !differences.isEmpty || device.map { $0.lost > 0 } ?? false
            || ring.map { !$0.lost.isEmpty } ?? false
        if isContradicted { return .broken }
        // A number that is missing may stand in what was not read.
        if !unexplainedGaps.isEmpty { return unread.isEmpty && unreadable == 0 ? .broken : .unknown }
        if !doubts.isEmpty { return .unknown }
        // What is lost behind the last number of an instance leaves no gap, so a loss on record alone is a doubt.
        if hasLossOnRecord { return .accounted }
        return isAnchored ? .whole : .unanchored
    }
}
