/// Which events are the first of their kind, and when those that follow are to be recorded: the first at once, then
/// once a window. So a flood costs two records a window and not one an event.
///
/// However many kinds somebody makes up, they take no room from others: each owner has places for a few kinds, and
/// what is more is counted under one kind of his, or not at all (`KindLimits`). Pure; times are monotonic, in
/// microseconds.
struct KindWindows<Kind: Hashable & Sendable>: Sendable {
    /// With which others an event is counted for which there is no room of its own.
    enum Gathering: Sendable {
        /// All of its owner; the kind that this gives also says who that is.
        case ofOwner
        /// All of many owners. There must be few such kinds.
        case ofAll
    }

    /// What an event is counted as.
    struct Place: Hashable, Sendable {
        let kind: Kind
        /// It is the first of that kind.
        let isFirst: Bool
    }

    private struct Window {
        var end: UInt64
        /// Something followed the first.
        var isUsed = false
    }

    /// How long a window is, microseconds.
    static var length: UInt64 { 10_000_000 }

    private var windows: [Kind: Window] = [:]
    /// How many kinds of an owner have a place; keys are the kinds that gather an owner's.
    private var placed: [Kind: Int] = [:]
    private let limits: KindLimits
    private let gathered: @Sendable (Kind, Gathering) -> Kind
    /// When the next window ends, or one that was closed would have; `nil` while none is open. Kept, since it is
    /// asked for at each turn of a loop.
    private(set) var next: UInt64?

    /// No window is open yet. What gathers an owner's kinds also stands for him where kinds are counted.
    init(limits: KindLimits = .ofRecords, gathered: @escaping @Sendable (Kind, Gathering) -> Kind) {
        self.limits = limits
        self.gathered = gathered
    }

    /// An event of this kind: where it is counted. The first opens the window for those that follow.
    mutating func take(_ kind: Kind, at now: UInt64) -> Place {
        guard let place = place(for: kind) else { return Place(kind: kind, isFirst: true) }
        guard windows[place] == nil else {
            windows[place]?.isUsed = true
            return Place(kind: place, isFirst: false)
        }
        open(place, at: now)
        return Place(kind: place, isFirst: true)
    }

    /// The same of an event of which even the first is only counted.
    mutating func keep(_ kind: Kind, at now: UInt64) -> Kind {
        let place = take(kind, at: now).kind
        windows[place]?.isUsed = true
        return place
    }

    /// Opens the window of a kind, for what is recorded at once in any case.
    mutating func open(around kind: Kind, at now: UInt64) {
        guard let place = place(for: kind), windows[place] == nil else { return }
        open(place, at: now)
    }

    /// The first of this kind could not be recorded: the next one is a first one again.
    mutating func forget(_ kind: Kind) {
        guard windows[kind]?.isUsed == false else { return }
        close(kind)
    }

    /// The kinds that are to be recorded now, since their window has ended and something followed the first. Another
    /// window follows then; where nothing did, the next one of that kind is a first one again.
    mutating func due(at now: UInt64) -> [Kind] {
        guard let next, next <= now else { return [] }
        var due: [Kind] = []
        for (kind, window) in windows where window.end <= now {
            if window.isUsed {
                due.append(kind)
                windows[kind] = Window(end: now + Self.length)
            } else {
                close(kind)
            }
        }
        self.next = windows.values.lazy.map(\.end).min()
        return due
    }

    /// Whether a window of this kind is open.
    func isOpen(_ kind: Kind) -> Bool { windows[kind] != nil }

    /// Closes all windows.
    mutating func closeAll() { (windows, placed, next) = ([:], [:], nil) }

    /// `nil` where there is no room, and nothing is gathered.
    private func place(for kind: Kind) -> Kind? {
        guard windows[kind] == nil else { return kind }
        let owner = gathered(kind, .ofOwner)
        if windows.count < limits.inAll, placed[owner, default: 0] < limits.ofOwner { return kind }
        guard let withGathered = limits.withGathered else { return nil }
        return windows[owner] != nil || windows.count < withGathered ? owner : gathered(kind, .ofAll)
    }

    private mutating func open(_ kind: Kind, at now: UInt64) {
        let end = now + Self.length
        windows[kind] = Window(end: end)
        next = min(next ?? end, end)
        placed[gathered(kind, .ofOwner), default: 0] += 1
    }

    private mutating func close(_ kind: Kind) {
        windows[kind] = nil
        if windows.isEmpty { next = nil }
        let owner = gathered(kind, .ofOwner)
        let count = placed[owner, default: 1] - 1
        placed[owner] = count > 0 ? count : nil
    }
}
