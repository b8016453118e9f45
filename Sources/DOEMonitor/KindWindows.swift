/// Which events are the first of their kind, and when those that follow are to be recorded: the first at once, then
/// once a window. So a flood costs two records a window and not one an event.
///
/// However many kinds somebody makes up, they take no room from others: each owner has places for a few kinds, and what
/// is more is counted under one kind of his. Pure; times are monotonic, in microseconds.
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
    /// How many kinds of one owner are told apart. A program that tries every object must not make as many records.
    static var ownerLimit: Int { 16 }
    /// How many kinds in all have a place of their own.
    static var kindLimit: Int { 256 }
    /// How many there are at most, with those that gather an owner's. A user namespace has 65,536 numbers.
    static var gatheredLimit: Int { 320 }

    private var windows: [Kind: Window] = [:]
    /// How many kinds of an owner have a place; keys are the kinds that gather an owner's.
    private var placed: [Kind: Int] = [:]
    private let gathered: @Sendable (Kind, Gathering) -> Kind

    /// No window is open yet.
    init(gathered: @escaping @Sendable (Kind, Gathering) -> Kind) { self.gathered = gathered }

    /// When the next window ends; `nil` while none is open.
    var next: UInt64? { windows.values.lazy.map(\.end).min() }

    /// An event of this kind: where it is counted. The first opens the window for those that follow.
    mutating func take(_ kind: Kind, at now: UInt64) -> Place {
        let place = place(for: kind)
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
        let place = place(for: kind)
        if windows[place] == nil { open(place, at: now) }
    }

    /// The first of this kind could not be recorded: the next one is a first one again.
    mutating func forget(_ kind: Kind) {
        guard windows[kind]?.isUsed == false else { return }
        close(kind)
    }

    /// The kinds that are to be recorded now, since their window has ended and something followed the first. Another
    /// window follows then; where nothing did, the next one of that kind is a first one again.
    mutating func due(at now: UInt64) -> [Kind] {
        var due: [Kind] = []
        for (kind, window) in windows where window.end <= now {
            if window.isUsed {
                due.append(kind)
                windows[kind] = Window(end: now + Self.length)
            } else {
                close(kind)
            }
        }
        return due
    }

    /// Whether a window of this kind is open.
    func isOpen(_ kind: Kind) -> Bool { windows[kind] != nil }

    /// Closes all windows.
    mutating func closeAll() { (windows, placed) = ([:], [:]) }

    private func place(for kind: Kind) -> Kind {
        guard windows[kind] == nil else { return kind }
        let owner = gathered(kind, .ofOwner)
        if windows.count < Self.kindLimit, placed[owner, default: 0] < Self.ownerLimit { return kind }
        return windows[owner] != nil || windows.count < Self.gatheredLimit ? owner : gathered(kind, .ofAll)
    }

    private mutating func open(_ kind: Kind, at now: UInt64) {
        windows[kind] = Window(end: now + Self.length)
        placed[gathered(kind, .ofOwner), default: 0] += 1
    }

    private mutating func close(_ kind: Kind) {
        windows[kind] = nil
        let owner = gathered(kind, .ofOwner)
        let count = placed[owner, default: 1] - 1
        placed[owner] = count > 0 ? count : nil
    }
}
