public import DOEAuditTrail
internal import DOERecord
internal import DOEWords

/// Checks a trail from its records, one at a time: first the ring, then the journal's entries, then the end.
public struct VerificationBuilder: Sendable {
    private let since: UInt64
    private let ring: RingReading?
    private let deviceLog: DeviceLog?
    private var result: Verification
    private var chain = ChainCheck()
    private var device: DeviceCheck?
    /// By instance.
    private var duplicates: [String: Int] = [:]
    private var waiting: [String: Int] = [:]
    /// Instances that hold a record of a loss, which is of an instance before.
    private var instancesWithLoss: Set<String> = []

    /// How many sentences about losses are kept.
    private static let lossLimit = 20

    /// A check of what happened at `since` (microseconds since 1970) or later, with the ring as it was before the
    /// journal was read.
    public init(source: TrailSource, since: UInt64? = nil, ring: RingReading? = nil, deviceLog: DeviceLog? = nil) {
        self.since = since ?? 0
        self.ring = ring
        self.deviceLog = deviceLog
        result = Verification(source: "\(source)")
        device = deviceLog.map(DeviceCheck.init)
        device?.add(open: ring?.open ?? [])
    }

    /// Takes one entry of the journal.
    public mutating func add(_ entry: TrailEntry) {
        // Anybody may write to the journal in the trail's name, so that is no sign of anything.
        if let uid = entry.writerUID, uid != 0 {
            result.foreign += 1
            return
        }
        switch take(entry.record) {
        case .new: if isInRange(entry.record) { result.records += 1 }
        case .duplicate:
            guard isInRange(entry.record), let name = entry.record.instance else { return }
            result.duplicates += 1
            duplicates[name, default: 0] += 1
        case .conflict: result.conflicts += 1
        }
    }

    /// Whether numbers are missing that were given after the ring was read: then both have to be read once more.
    var isOvertaken: Bool {
        guard let last = ring?.last else { return false }
        return chain.gaps.contains { $0.instance == last.instance && $0.last > last.sequence }
    }

    /// The result; `notes` is what the reader could not read.
    public consuming func finish(_ notes: ReadingNotes = ReadingNotes()) -> Verification {
        takeRing()
        result.foreign += notes.foreign.values.reduce(0, +)
        result.unreadable = notes.unreadable + notes.damage
        result.chainBreaks = chain.breaks
        let latestLoss = chain.order.lastIndex { instancesWithLoss.contains($0) } ?? 0
        let before = Set(chain.order.prefix(latestLoss))
        result.accountedGaps = chain.gaps.filter { before.contains($0.instance) }
        result.unexplainedGaps = chain.gaps.filter { !before.contains($0.instance) }
        if let deviceLog, let (recorded, missing) = device?.result {
            let isAccounted = !instancesWithLoss.isEmpty
            result.device = Verification.Device(
                executed: deviceLog.executed, recorded: recorded, accounted: isAccounted ? missing : 0,
                lost: isAccounted ? 0 : missing)
        }
        result.instances = chain.order.compactMap(row)
        result.outcome = result.judged
        return result
    }

    private func isInRange(_ record: Record) -> Bool { record.time.map { $0 >= since } ?? true }

    private mutating func take(_ record: Record) -> ChainCheck.Finding {
        let finding = chain.add(record, isInRange: isInRange(record))
        guard finding == .new else { return finding }
        device?.add(record)
        guard isInRange(record) else { return finding }
        if let stamp = record.time.map(Timestamp.init(microseconds:)) {
            result.first = min(result.first ?? stamp, stamp)
            result.last = max(result.last ?? stamp, stamp)
        }
        if record.event == .recordsLost {
            if let name = record.instance { instancesWithLoss.insert(name) }
            if result.losses.count < Self.lossLimit { result.losses.append(record.message) }
        }
        return finding
    }

    /// After the journal, so that the instances stand in the journal's order.
    private mutating func takeRing() {
        guard let ring else { return }
        var waitingCount = 0
        for record in ring.closed {
            switch take(record) {
            case .new:
                waitingCount += 1
                if let name = record.instance { waiting[name, default: 0] += 1 }
            case .duplicate: break
            case .conflict: result.conflicts += 1
            }
        }
        if let last = ring.last {
            expect(last)
            if ring.owesLoss { instancesWithLoss.insert(last.instance) }
        }
        if let (number, digest) = ring.lastReleased { chain.compare(number.instance, number.sequence, with: digest) }
        result.ring = Verification.Ring(
            path: ring.path, capacity: ring.capacity, closed: ring.closed.count, waiting: waitingCount,
            open: ring.open.count, lost: ring.lost, repairable: ring.repairable, owesLoss: ring.owesLoss)
    }

    /// An instance of which nothing is there at all must not go unseen; one whose records are older than what was asked
    /// for may.
    private mutating func expect(_ last: RecordNumber) {
        if chain.numbers(of: last.instance) == nil, since > 0 { return }
        chain.expect(last.instance, through: last.sequence)
    }

    private func row(_ name: String) -> Verification.Instance? {
        let accounted = result.accountedGaps.filter { $0.instance == name }.total
        let unexplained = result.unexplainedGaps.filter { $0.instance == name }.total
        let breaks = result.chainBreaks.count { $0.instance == name }
        let numbers = chain.numbers(of: name)
        guard numbers != nil || unexplained > 0 else { return nil }
        return Verification.Instance(
            instance: name, first: numbers?.first ?? 0, last: numbers?.last ?? 0, records: numbers?.count ?? 0,
            waiting: waiting[name] ?? 0, duplicates: duplicates[name] ?? 0, accounted: accounted,
            unexplained: unexplained, chainBreaks: breaks,
            outcome: breaks > 0 || unexplained > 0 ? .broken : accounted > 0 ? .accounted : .whole)
    }
}

extension Verification {
    /// The answer, from the numbers.
    fileprivate var judged: Outcome {
        let isBroken =
            !unexplainedGaps.isEmpty || !chainBreaks.isEmpty || conflicts > 0 || unreadable > 0
            || device.map { $0.lost > 0 } ?? false || ring.map { !$0.lost.isEmpty } ?? false
        if isBroken { return .broken }
        // What is lost behind the last number of an instance leaves no gap, so a loss on record alone is a doubt.
        return losses.isEmpty && ring?.owesLoss != true ? .whole : .accounted
    }
}
