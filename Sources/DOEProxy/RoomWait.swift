/// Holds a connection while its user's place in the ring is nearly full, so that a client which asks faster than the
/// journal takes its records is slowed down, and not refused. It waits here, in front of every queue: nobody waits
/// behind it.
///
/// Not for ever: a journal that stands still must not hang a client, which is refused then with the reason. Pure; times
/// are monotonic, in microseconds.
struct RoomWait: Sendable {
    /// When to look again. A journal that lags does so by milliseconds.
    static let interval: UInt64 = 5_000
    /// After so long the next request goes on to where it is refused, and so do all until there was room again.
    static let limit: UInt64 = 1_000_000

    private var since: UInt64?

    /// When to ask again before the next frame is looked at; `nil` where it may be looked at now.
    mutating func turn(hasRoom: Bool, at now: UInt64) -> UInt64? {
        guard !hasRoom else {
            since = nil
            return nil
        }
        let begin = since ?? now
        since = begin
        return now - min(now, begin) < Self.limit ? now + Self.interval : nil
    }
}
