internal import DOERecord
internal import DOEWords

/// Which numbers of each instance were seen, and whether each record's digest stands in the one after it.
struct ChainCheck: Sendable {
    /// What a record is to those seen before it.
    enum Finding: Hashable {
        /// It is new.
        case new
        /// The same record was there already: it was delivered twice.
        case duplicate
        /// Another record with the same number was there already.
        case conflict
    }

    private(set) var instances: [TrailKey: InstanceCheck] = [:]
    /// The instances in the order in which their first records were seen.
    private(set) var order: [TrailKey] = []
    private var keys: [String: [TrailKey]] = [:]
    private var predecessors: [TrailKey: TrailKey] = [:]
    /// The last instance that has begun on each machine.
    private var latest: [String?: TrailKey] = [:]
    /// The last record of an instance, as a later one has named it.
    private(set) var named: [TrailKey: RecordAnchor] = [:]
    /// Which instance has named it.
    private(set) var namers: [TrailKey: TrailKey] = [:]
    /// Which instance a later one says that it comes after.
    private(set) var namedBefore: [TrailKey: TrailKey] = [:]
    /// Instances whose first record names this one as the one before.
    private(set) var followers: [TrailKey: Set<TrailKey>] = [:]
    /// Instances whose end a record of a loss has named.
    private(set) var lostEnds: Set<TrailKey> = []
    /// Instances with a record of a loss that names nothing, as daemons wrote it before they knew how to.
    private(set) var unnamedLosses: Set<TrailKey> = []
    /// By instance: numbers whose digests will be asked for.
    private let watched: [String: Set<UInt64>]

    init(watching anchors: [RecordAnchor] = []) {
        watched = anchors.reduce(into: [:]) { $0[$1.instance, default: []].insert($1.sequence) }
    }

    /// Takes a record; `place` says where it stands to the time that was asked for.
    mutating func add(_ entry: TrailEntry, at place: TimePlace) -> Finding {
        let record = entry.record
        guard let key = entry.key, let sequence = record.sequence else { return .new }
        let digest = SHA256Digest(of: entry.content)
        // A record of a newer schema has fields that are not known here: its digest cannot be told. An older one
        // lacks some, which is as if they did not apply.
        let link = InstanceCheck.Link(
            sequence: sequence, chain: record.chain, digest: record.isOfNewerSchema ? nil : digest, mark: digest.mark,
            isAltered: entry.isAltered)
        let finding = add(link, key, at: place)
        if finding == .new { note(record, key) }
        return finding
    }

    /// Takes a record that is not understood here: it stands in its place, and what it is cannot be told.
    mutating func add(_ strange: StrangeRecord, at place: TimePlace) -> Finding {
        let chain = strange.chainText.flatMap { SHA256Digest($0) }
        let link = InstanceCheck.Link(
            sequence: strange.sequence, chain: chain, digest: nil, mark: chain?.mark ?? 0, isAltered: false)
        return add(link, strange.key, at: place)
    }

    private mutating func add(_ link: InstanceCheck.Link, _ key: TrailKey, at place: TimePlace) -> Finding {
        if instances[key] == nil { begin(key) }
        return instances[key, default: InstanceCheck()].add(
            link, at: place, isWatched: watched[key.instance]?.contains(link.sequence) == true)
    }

    private mutating func begin(_ key: TrailKey) {
        order.append(key)
        keys[key.instance, default: []].append(key)
        predecessors[key] = latest[key.machine]
        latest[key.machine] = key
    }

    private mutating func note(_ record: Record, _ key: TrailKey) {
        let isLoss = record.event == .recordsLost
        guard let before = record.before else {
            if isLoss { unnamedLosses.insert(key) }
            return
        }
        // A loss within an instance that goes on takes no number with it.
        guard before.instance != key.instance else { return }
        let other = TrailKey(machine: key.machine, instance: before.instance)
        namedBefore[key] = other
        if record.sequence == 1 { followers[other, default: []].insert(key) }
        if before.sequence > named[other]?.sequence ?? 0 { (named[other], namers[other]) = (before, key) }
        if isLoss { lostEnds.insert(other) }
    }

    /// Instances that several others come after, with nothing on record that says why: a daemon begins one after
    /// another.
    var forks: [(key: TrailKey, followers: [String])] {
        followers.filter { $0.value.count > 1 && !lostEnds.contains($0.key) && !isOver($0.key) }
            .map { ($0.key, $0.value.map(\.instance).sorted()) }
            .sorted { $0.key.instance < $1.key.instance }
    }

    // MARK: Second looks

    /// Whether a number came again so late that the first record with it is not remembered.
    var hasRepeated: Bool { instances.values.contains { !$0.repeated.isEmpty } }

    /// Compares a record once more with those that came again.
    mutating func compareRepeated(_ entry: TrailEntry) {
        guard let key = entry.key, let sequence = entry.record.sequence,
            instances[key]?.repeated[sequence] != nil
        else { return }
        instances[key]?.compareRepeated(sequence, SHA256Digest(of: entry.content).mark)
    }

    /// Whether a record with this number was seen.
    func holds(_ key: TrailKey, _ sequence: UInt64) -> Bool { instances[key]?.seen.contains(sequence) == true }

    /// Whether a record's digest is this one; `nil` where that is not known.
    func compare(_ key: TrailKey, _ sequence: UInt64, with digest: SHA256Digest) -> Bool? {
        instances[key]?.compare(sequence, with: digest)
    }

    /// A record by its digest, as far as that is known.
    func anchor(of key: TrailKey, _ sequence: UInt64) -> RecordAnchor? {
        instances[key]?.digest(of: sequence).map {
            RecordAnchor(instance: key.instance, sequence: sequence, digest: $0)
        }
    }

    mutating func addBreak(_ key: TrailKey, _ sequence: UInt64) { instances[key]?.addBreak(sequence) }

    // MARK: What came of it

    /// How many instances have a record in the time that was asked for.
    var instanceCount: Int { instances.values.count { $0.start != nil } }
    /// How many records are of a newer schema.
    var uncheckedCount: Int { instances.values.reduce(0) { $0 + $1.unchecked } }

    /// The machines on which an instance has records.
    func keys(of instance: String) -> [TrailKey] { keys[instance] ?? [] }

    /// The one machine that has records; `nil` where there are several.
    var onlyMachine: String? { latest.count == 1 ? latest.keys.first ?? nil : nil }

    /// The instance that came before another one on its machine.
    func predecessor(of key: TrailKey) -> TrailKey? { predecessors[key] }

    /// The instances in the order of their names: reports must not differ by the order of delivery.
    private var sorted: [(key: TrailKey, value: InstanceCheck)] {
        instances.sorted {
            ($0.key.machine ?? "", $0.key.instance) < ($1.key.machine ?? "", $1.key.instance)
        }
    }

    /// Numbers that are missing between others.
    func gaps(in window: TimeWindow) -> [Gap] {
        sorted.flatMap { key, instance -> [Gap] in
            let holes = instance.holes(in: window, after: settledEnd(of: key))
            return holes.isEmpty || isOver(key) ? [] : holes.map { Gap(key, $0) }
        }
    }

    /// Records that were changed, or whose chain does not fit the record before.
    var breaks: [ChainBreak] {
        sorted.flatMap { key, instance -> [ChainBreak] in
            let broken = instance.broken(after: settledEnd(of: key))
            return (broken.isEmpty || isOver(key) ? instance.contradicted : broken).sorted().map {
                ChainBreak(
                    machine: key.machine, instance: key.instance, sequence: $0,
                    isAltered: instance.altered.contains($0))
            }
        }
    }

    /// Numbers that two different records carry.
    var conflicts: [NumberConflict] {
        sorted.flatMap { key, instance in
            instance.conflicts.sorted().map {
                NumberConflict(machine: key.machine, instance: key.instance, sequence: $0)
            }
        }
    }
}

extension TrailEntry {
    /// `nil` where the record names no instance.
    var key: TrailKey? { record.instance.map { TrailKey(machine: machine, instance: $0) } }
}

extension Record {
    /// Whether it may have fields that are not known here.
    var isOfNewerSchema: Bool { self[.schema].flatMap { Int($0) }.map { $0 > Record.schema } ?? false }
}

extension SHA256Digest {
    fileprivate var mark: UInt64 { bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
}
