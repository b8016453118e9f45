/// When to look for connections that have rested for too long. Pure; times are monotonic, in microseconds.
///
/// Nothing is set anew when a client asks: what is known is a time before which none can be due, so a busy connection costs
/// nothing, and an idle daemon wakes only where one may have to end.
struct RestWatch {
    private let idleMicroseconds: UInt64
    /// When to look; `nil` while there is no connection.
    private(set) var next: UInt64?

    init(idleSeconds: Int) { idleMicroseconds = UInt64(idleSeconds) * 1_000_000 }

    /// A connection can be read from now on.
    mutating func came(at now: UInt64) { look(at: now + min(Rest.longestSilence, idleMicroseconds)) }

    /// Which of these are to end now: each with how it rests, `nil` where it does not.
    mutating func due(
        at now: UInt64, _ connections: some Sequence<(token: UInt64, isTCP: Bool, rest: Rest?)>
    ) -> [UInt64] {
        next = nil
        return connections.compactMap { token, isTCP, rest in
            guard let rest, rest.kind != .deaf else {
                // It will have taken its answer, and rest from that.
                look(at: now + idleMicroseconds)
                return nil
            }
            guard let limit = rest.limit(idleMicroseconds: idleMicroseconds, isTCP: isTCP) else {
                came(at: now)
                return nil
            }
            guard rest.time(at: now) < limit else { return token }
            look(at: rest.since + limit)
            return nil
        }
    }

    private mutating func look(at time: UInt64) { next = min(next ?? time, time) }
}
