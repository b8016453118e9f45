internal import DOEWords

/// Refusals that walk no road, folded: the first of a kind is to be recorded at once, those that follow are counted and become
/// one record when a window ends. So a flood costs two records a window and not one a request.
///
/// Pure. `now` is monotonic, `time` is since 1970; both in microseconds.
struct RefusalFold {
    /// What is counted together.
    struct Kind: Hashable {
        /// `nil`: all those for whom there was no room of their own.
        let uid: UInt32?
        let what: What
        /// `nil` for a refused connection to none in particular, too.
        let mailbox: MailboxName?
    }

    /// What was refused.
    enum What: Hashable {
        /// A request or a connection, by a limit on clients.
        case limit(ClientLimit)
        /// A change that is root's alone: the control interface's method.
        case change(String)
    }

    /// Refusals that make one record.
    struct Folded: Equatable {
        let kind: Kind
        var count: UInt64
        var first: UInt64
        var last: UInt64
    }

    private struct Window {
        var end: UInt64
        var folded: Folded?
    }

    static let window: UInt64 = 10_000_000
    /// A user with many numbers (a user namespace has 65,536) must not make as many records.
    static let kindLimit = 64

    private var windows: [Kind: Window] = [:]

    /// When the next window ends; `nil` while none is open.
    var next: UInt64? { windows.values.lazy.map(\.end).min() }

    /// One refusal; `true` where it is the first of its kind, and is to be recorded now.
    mutating func isFirst(_ kind: Kind, at now: UInt64, time: UInt64) -> Bool {
        var kind = kind
        if windows[kind] == nil, windows.count >= Self.kindLimit {
            kind = Kind(uid: nil, what: kind.what, mailbox: nil)
        }
        guard windows[kind] != nil else {
            windows[kind] = Window(end: now + Self.window)
            return true
        }
        add(Folded(kind: kind, count: 1, first: time, last: time))
        return false
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

    /// These could not be recorded: they come with the next window.
    mutating func putBack(_ folded: Folded, at now: UInt64) {
        if windows[folded.kind] == nil { windows[folded.kind] = Window(end: now + Self.window) }
        add(folded)
    }

    private mutating func add(_ more: Folded) {
        guard var folded = windows[more.kind]?.folded else {
            windows[more.kind]?.folded = more
            return
        }
        folded.count += more.count
        folded.first = min(folded.first, more.first)
        folded.last = max(folded.last, more.last)
        windows[more.kind]?.folded = folded
    }
}
