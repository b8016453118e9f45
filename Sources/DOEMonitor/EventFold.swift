/// Events of one kind, folded: the first of a kind is to be recorded at once, those that follow are counted and become one
/// record when a window ends. So a flood costs two records a window and not one an event.
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

    private struct Window {
        var end: UInt64
        var folded: Folded?
    }

    /// How long a window is, microseconds.
    static var window: UInt64 { 10_000_000 }
    /// How many kinds are told apart. A user with many numbers (a user namespace has 65,536), or a program that tries
    /// every object, must not make as many records.
    static var kindLimit: Int { 64 }

    private var windows: [Kind: Window] = [:]
    private let gathered: @Sendable (Kind) -> Kind

    /// `gathered` gives the kind that counts those for which there is no room of their own. It must have few values.
    init(gathered: @escaping @Sendable (Kind) -> Kind) { self.gathered = gathered }

    /// When the next window ends; `nil` while none is open.
    var next: UInt64? { windows.values.lazy.map(\.end).min() }

    /// One event, or some; `true` where they are the first of their kind, and are to be recorded now.
    mutating func isFirst(_ events: Folded, at now: UInt64) -> Bool {
        let kind = place(for: events.kind)
        guard windows[kind] != nil else {
            windows[kind] = Window(end: now + Self.window)
            return true
        }
        add(events, as: kind)
        return false
    }

    /// The same of events that are quiet, so that even the first is only recorded when the window ends; and of those
    /// that could not be recorded.
    mutating func keep(_ events: Folded, at now: UInt64) {
        let kind = place(for: events.kind)
        if windows[kind] == nil { windows[kind] = Window(end: now + Self.window) }
        add(events, as: kind)
    }

    /// Opens the window of a kind, for what is recorded at once in any case.
    mutating func open(_ kind: Kind, at now: UInt64) {
        let kind = place(for: kind)
        if windows[kind] == nil { windows[kind] = Window(end: now + Self.window) }
    }

    /// What is to be recorded now, since its window has ended. Where something was counted another window follows; where
    /// nothing was, the next one of that kind is a first one again.
    mutating func due(at now: UInt64) -> [Folded] {
        var due: [Folded] = []
        for (kind, window) in windows where window.end <= now {
            if let folded = window.folded { due.append(folded) }
            windows[kind] = window.folded == nil ? nil : Window(end: now + Self.window)
        }
        return due
    }

    /// All that was counted and not recorded yet.
    mutating func takeAll() -> [Folded] {
        defer { windows = [:] }
        return windows.values.compactMap(\.folded)
    }

    private func place(for kind: Kind) -> Kind {
        windows[kind] == nil && windows.count >= Self.kindLimit ? gathered(kind) : kind
    }

    private mutating func add(_ more: Folded, as kind: Kind) {
        guard var folded = windows[kind]?.folded else {
            windows[kind]?.folded = Folded(kind: kind, count: more.count, first: more.first, last: more.last)
            return
        }
        let (sum, overflow) = folded.count.addingReportingOverflow(more.count)
        folded.count = overflow ? .max : sum
        folded.first = min(folded.first, more.first)
        folded.last = max(folded.last, more.last)
        windows[kind]?.folded = folded
    }
}

extension EventFold.Folded {
    /// One event.
    init(_ kind: Kind, at time: UInt64) {
        self.init(kind: kind, count: 1, first: time, last: time)
    }
}
