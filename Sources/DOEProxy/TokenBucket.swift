/// Tokens that come back at a steady rate, up to a burst. One can go into debt: what is done without a token has to
/// be paid for by waiting longer, so that what is refused is bounded by the rate as well.
///
/// Pure; times are monotonic, in microseconds. It keeps the moment at which it will be full again, and nothing else.
struct TokenBucket: Hashable {
    /// A second's worth, so that nobody is shut out for long.
    private static let longestDebt: UInt64 = 1_000_000_000

    /// Nanoseconds for one token.
    private let interval: UInt64
    /// Nanoseconds for all.
    private let span: UInt64
    /// Nanoseconds.
    private var fullAt: UInt64 = 0

    /// A full bucket. Both numbers are 1 to 1,000,000.
    init(rate: Int, burst: Int) {
        interval = 1_000_000_000 / UInt64(rate)
        span = interval * UInt64(burst)
    }

    /// Takes a token; `false` where there was none, and then it is owed.
    mutating func take(at now: UInt64) -> Bool {
        let now = now * 1_000
        let after = max(fullAt, now) + interval
        // What was reserved is owed on.
        fullAt = max(fullAt, min(after, now + span + Self.longestDebt))
        return after <= now + span
    }

    /// Takes a token, be it one that will be there later: from when on, `nil` for now. Who reserves must be few.
    mutating func reserve(at now: UInt64) -> UInt64? {
        let next = nextToken(at: now)
        fullAt = max(fullAt, now * 1_000) + interval
        return next
    }

    /// From when on there is a token; `nil` where there is one now.
    func nextToken(at now: UInt64) -> UInt64? {
        let now = now * 1_000
        let after = max(fullAt, now) + interval
        return after <= now + span ? nil : (after - span) / 1_000 + 1
    }

    /// Whether nothing is known of its user any more.
    func isFull(at now: UInt64) -> Bool { fullAt <= now * 1_000 }
}
