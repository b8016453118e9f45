/// When somebody who waits for an answer is told that he still does: after two seconds, then every ten.
struct WaitingNotices {
    private static let first: UInt64 = 2_000_000
    private static let pause: UInt64 = 10_000_000

    private let began: UInt64
    /// When the next one is due.
    private(set) var next: UInt64

    /// Notices for a wait that begins now. Times are those of a monotonic clock, in microseconds.
    init(from now: UInt64) {
        began = now
        next = now + Self.first
    }

    /// How long the wait has lasted, where it is time to say so; then the next one is due later.
    mutating func waited(at now: UInt64) -> UInt64? {
        guard now >= next else { return nil }
        next = now + Self.pause
        return now - began
    }
}
