internal import DOELinux
internal import DOERecord
internal import DOEWords

/// One walk over a trail: whom to believe, what lies in the time asked for, and what became of the numbers. The
/// report and the check are two views of it.
struct TrailPass: Sendable {
    /// What an entry is.
    enum Finding: Hashable {
        /// Somebody other than the daemon wrote it, or nobody says who: it counts for nothing.
        case foreign
        /// It is a record from outside of the time asked for.
        case outside
        /// It is new.
        case new
        /// It was there already.
        case duplicate
        /// Another one with its number was there already.
        case conflict
    }

    let window: TimeWindow
    var chain: ChainCheck
    /// How many records lie in the time asked for, each counted once.
    private(set) var records = 0
    private(set) var duplicates: [TrailKey: Int] = [:]
    /// Records that carry no number, so that nobody can miss them.
    private(set) var unnumbered = 0
    /// Whether there was a record at all, whenever.
    private(set) var hasSeenAny = false
    /// The first and the last event in the time asked for.
    private(set) var first: Timestamp?
    private(set) var last: Timestamp?
    /// When each instance's latest event was, as far as its own clock says.
    private(set) var latest: [TrailKey: UInt64] = [:]
    /// Records that the time asked for leaves out although one before them, by number, has a later time: a clock was
    /// set.
    private(set) var misdated = 0
    /// The machines' names, by id.
    private(set) var hosts: [String: String] = [:]

    /// Records whose digests will be asked for.
    private let anchors: [RecordAnchor]

    init(window: TimeWindow, watching anchors: [RecordAnchor] = []) {
        self.window = window
        self.anchors = anchors
        chain = ChainCheck(watching: anchors)
    }

    /// A walk of the same kind that has seen nothing.
    var fresh: TrailPass { TrailPass(window: window, watching: anchors) }

    mutating func take(_ entry: TrailEntry) -> Finding {
        guard entry.isBelievable else { return .foreign }
        hasSeenAny = true
        let record = entry.record
        let place = place(record.time, entry.key, record.sequence, isSoonNumbered: record.isSoonNumbered)
        let isInWindow = place == .inside
        noteHost(entry)
        if let key = entry.key, let time = record.time {
            if !isInWindow, time < latest[key] ?? 0 { misdated += 1 }
            latest[key] = max(latest[key] ?? 0, time)
        }
        let finding = chain.add(entry, at: place)
        guard isInWindow else { return finding == .conflict && place == .outside ? .conflict : .outside }
        switch finding {
        case .duplicate:
            if let key = entry.key { duplicates[key, default: 0] += 1 }
            return .duplicate
        case .conflict: return .conflict
        case .new:
            count(record)
            return .new
        }
    }

    mutating func take(_ strange: StrangeRecord) {
        hasSeenAny = true
        // What it counts is not known.
        let place = place(strange.time, strange.key, strange.sequence, isSoonNumbered: false)
        if chain.add(strange, at: place) == .new, place == .inside { records += 1 }
    }

    private mutating func count(_ record: Record) {
        records += 1
        if record.instance == nil || record.sequence == nil { unnumbered += 1 }
        guard let stamp = record.time.map(Timestamp.init(microseconds:)) else { return }
        first = min(first ?? stamp, stamp)
        last = max(last ?? stamp, stamp)
    }

    private mutating func noteHost(_ entry: TrailEntry) {
        guard let machine = entry.machine, hosts[machine] == nil else { return }
        hosts[machine] = entry.host ?? machine
    }

    /// By the record's own time; and by its number, since a clock may be set back: what comes after a record of that
    /// time is not before it.
    private func place(_ time: UInt64?, _ key: TrailKey?, _ sequence: UInt64?, isSoonNumbered: Bool) -> TimePlace {
        guard let time else { return .inside }
        if time > window.until { return .outside }
        if time >= window.since { return .inside }
        if let key, let sequence, let start = chain.instances[key]?.start, sequence > start { return .inside }
        return isSoonNumbered && window.isOver(time) ? .before : .outside
    }
}

extension TrailPass {
    /// The name of an instance's machine, where there are several.
    func host(of machine: String?) -> String? {
        guard hosts.count > 1, let machine else { return nil }
        return hosts[machine]
    }

    /// The machine of an instance of this host's ring; the ring itself does not say whose it is.
    func machine(of instance: String?) -> String? {
        let machines = chain.keys(of: instance ?? "").map(\.machine)
        if machines.count < 2 { return machines.first ?? chain.onlyMachine }
        return machines.first { $0 == HostMachine.id } ?? machines[0]
    }

    /// An instance of this host's ring.
    func key(of instance: String) -> TrailKey { TrailKey(machine: machine(of: instance), instance: instance) }

    /// Instances on the same machine that begin after this one has ended, as far as their own clock tells.
    func instances(after key: TrailKey) -> [TrailKey] {
        guard let place = chain.order.firstIndex(of: key) else { return [] }
        let last = latest[key] ?? 0
        return chain.order[(place + 1)...].filter { $0.machine == key.machine && latest[$0] ?? 0 > last }
    }

    /// Whether the record that an entry was before it was torn stands elsewhere as well.
    func holds(_ torn: TornNumber) -> Bool {
        guard let key = torn.key, let sequence = torn.sequence else { return false }
        return chain.holds(key, sequence)
    }

    /// How many records were delivered more than once and recognised.
    var duplicateCount: Int { duplicates.values.reduce(0, +) }
}
