/// When the witness tries whether it still sees, and what came of it. Times in microseconds, CLOCK_MONOTONIC.
struct CanaryWatch: Hashable, Sendable {
    /// How often it is tried.
    static let interval: UInt64 = 30_000_000
    /// How long an event may take from the kernel to the witness: it is read as soon as the witness' thread runs.
    static let patience: UInt64 = 2_000_000

    /// When a read was made that was not seen yet.
    private(set) var waitingSince: UInt64?
    /// When a read was seen last; when the witness began, at first.
    private(set) var lastSeen: UInt64
    private var nextTry: UInt64

    init(at now: UInt64) {
        lastSeen = now
        nextTry = now
    }

    /// Whether a read is to be made now.
    func isDue(at now: UInt64) -> Bool { waitingSince == nil && now >= nextTry }

    /// A read is about to be made.
    mutating func willRead(at now: UInt64) {
        waitingSince = now
        nextTry = now &+ Self.interval
    }

    /// It could not be made: the next one is tried in its time.
    mutating func couldNotRead() { waitingSince = nil }

    /// A read was seen that began then. One that began before the last try is no answer to it.
    mutating func saw(readAt time: UInt64) {
        lastSeen = max(lastSeen, time)
        if let waitingSince, time >= waitingSince { self.waitingSince = nil }
    }

    /// Whether the last read should have been seen and was not. It is tried again then.
    mutating func isLost(at now: UInt64) -> Bool {
        guard let since = waitingSince, now >= since &+ Self.patience else { return false }
        waitingSince = nil
        return true
    }

    /// When there is something to do next.
    var nextDeadline: UInt64 { waitingSince.map { $0 &+ Self.patience } ?? nextTry }
}
