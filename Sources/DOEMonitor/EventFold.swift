/// Events of one kind, folded: the first of a kind is to be recorded at once, those that follow are counted in memory
/// and become one record when a window ends (`KindWindows`).
///
/// Pure. `now` is monotonic, the times of what is folded are since 1970; all in microseconds.
struct EventFold<Kind: Hashable & Sendable>: Sendable {
    /// Events that make one record.
    struct Folded: Hashable, Sendable {
        let kind: Kind
        var count: UInt64
        var first: UInt64
        var last: UInt64
    }

    private var windows: KindWindows<Kind>
    private var folded: [Kind: Folded] = [:]

    /// `gathered` gives the kinds that count those for which there is no room of their own.
    init(
        limits: KindLimits = .ofRecords, gathered: @escaping @Sendable (Kind, KindWindows<Kind>.Gathering) -> Kind
    ) {
        windows = KindWindows(limits: limits, gathered: gathered)
    }

    /// When the next window ends; `nil` while none is open.
    var next: UInt64? { windows.next }

    /// One event, or some; `true` where they are the first of their kind, and are to be recorded now.
    mutating func isFirst(_ events: Folded, at now: UInt64) -> Bool {
        let place = windows.take(events.kind, at: now)
        if !place.isFirst { add(events, as: place.kind) }
        return place.isFirst
    }

    /// The same of events that are quiet, so that even the first is only recorded when the window ends; and of those
    /// that could not be recorded. Not for kinds of which some have no place.
    mutating func keep(_ events: Folded, at now: UInt64) { add(events, as: windows.keep(events.kind, at: now)) }

    /// The first of this kind could not be told: the next one is a first one again, unless others were counted
    /// meanwhile.
    mutating func forget(_ kind: Kind) { windows.forget(kind) }

    /// Opens the window of a kind, for what is recorded at once in any case.
    mutating func open(_ kind: Kind, at now: UInt64) { windows.open(around: kind, at: now) }

    /// What is to be recorded now, since its window has ended.
    mutating func due(at now: UInt64) -> [Folded] {
        windows.due(at: now).compactMap { folded.removeValue(forKey: $0) }
    }

    /// All that was counted and not recorded yet.
    mutating func takeAll() -> [Folded] {
        defer {
            windows.closeAll()
            folded = [:]
        }
        return Array(folded.values)
    }

    private mutating func add(_ more: Folded, as kind: Kind) {
        guard var sum = folded[kind] else {
            folded[kind] = Folded(kind: kind, count: more.count, first: more.first, last: more.last)
            return
        }
        let (count, overflow) = sum.count.addingReportingOverflow(more.count)
        sum.count = overflow ? .max : count
        sum.first = min(sum.first, more.first)
        sum.last = max(sum.last, more.last)
        folded[kind] = sum
    }
}

extension EventFold.Folded {
    /// One event.
    init(_ kind: Kind, at time: UInt64) {
        self.init(kind: kind, count: 1, first: time, last: time)
    }
}
