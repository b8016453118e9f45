internal import DOELinux
internal import DOEWords

/// Connections that found no place and are still to be told so: after a moment, so that a program which connects anew
/// at once does so a few times a second, and not thousands of times. They are not read, and cost nothing meanwhile.
struct RefusedConnections {
    struct Refused {
        let stream: ConnectionStream
        let holder: AccountHolder
        fileprivate let end: UInt64
    }

    /// How long each waits, microseconds.
    static let time: UInt64 = 250_000
    /// How many wait.
    static let count = 256
    /// Of one holder; each leaves to all others as many as he has.
    static let countOfHolder = 128

    /// In the order in which they came, so that of their ends too.
    private var waiting: [Refused] = []
    private var counts: [AccountHolder: Int] = [:]

    /// When the next one is to be told, monotonic in microseconds.
    var next: UInt64? { waiting.first?.end }

    /// Whether one of this holder can be kept.
    func hasRoom(for holder: AccountHolder) -> Bool {
        (counts[holder] ?? 0) < min(Self.countOfHolder, Self.count - waiting.count)
    }

    /// Keeps one, for which there has to be room; what the stream has to say is queued.
    mutating func keep(_ stream: ConnectionStream, of holder: AccountHolder, at now: UInt64) {
        counts[holder, default: 0] += 1
        waiting.append(Refused(stream: stream, holder: holder, end: now + Self.time))
    }

    /// Those whose moment is over.
    mutating func due(at now: UInt64) -> [Refused] {
        let due = waiting.prefix(while: { $0.end <= now })
        for refused in due {
            let left = (counts[refused.holder] ?? 1) - 1
            counts[refused.holder] = left > 0 ? left : nil
        }
        defer { waiting.removeFirst(due.count) }
        // A slice would hold on to all of them, and their connections would not close.
        return Array(due)
    }

    /// Forgets them all: their connections close.
    mutating func removeAll() { self = Self() }
}

/// How fast connections are turned away for which there is not even room to be told. Beyond that listeners rest: to
/// accept and close as many as come would be the only work that the loop does. Pure; times are monotonic, in
/// microseconds.
struct TurningAway {
    /// How many in a row. With fewer a full queue of the kernel's, 4096, would keep a newcomer for half a second and
    /// more.
    static let count = 64
    /// In what time; the listeners rest until it is over.
    static let time: UInt64 = 1_000

    private var begin: UInt64 = 0
    private var made = 0

    /// One was turned away.
    mutating func count(at now: UInt64) {
        if now >= begin + Self.time { (begin, made) = (now, 0) }
        made += 1
    }

    /// Until when nobody is to be accepted; `nil` where somebody may be.
    func restEnd(at now: UInt64) -> UInt64? {
        made >= Self.count && now < begin + Self.time ? begin + Self.time : nil
    }
}
