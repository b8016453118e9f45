/// Waits that double up to a longest one. Times are microseconds.
struct Backoff: Sendable {
    private let first: UInt64
    private let longest: UInt64
    private var delay: UInt64
    /// Not before this time.
    private(set) var dueAt: UInt64 = 0
    /// Whether the last try did not work.
    private(set) var hasFailed = false

    init(first: UInt64, longest: UInt64) {
        self.first = first
        self.longest = longest
        delay = first
    }

    func isDue(_ now: UInt64) -> Bool { now >= dueAt }

    /// It did not work: wait longer each time.
    mutating func failed(_ now: UInt64) {
        hasFailed = true
        dueAt = now + delay
        delay = min(longest, delay * 2)
    }

    /// It worked: wait the shortest time.
    mutating func startOver(_ now: UInt64) {
        delay = first
        failed(now)
        hasFailed = false
    }

    /// At once.
    mutating func reset() {
        delay = first
        dueAt = 0
        hasFailed = false
    }
}
