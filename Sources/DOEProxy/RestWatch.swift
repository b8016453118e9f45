/// When to look for connections that have rested for too long. Pure; times are monotonic, in microseconds.
///
/// Nothing is set anew when a client asks: what is known is a time before which none can be due, so a busy connection
/// costs nothing, and an idle daemon wakes only where one may have to end.
struct RestWatch {
    private let limits: ClientLimits
    /// When to look; `nil` while there is no connection.
    private(set) var next: UInt64?

    init(_ limits: ClientLimits) { self.limits = limits }

    /// A connection can be read from now on.
    mutating func came(at now: UInt64) { look(at: now + limits.longestSilence) }

    /// Which of these are to end now: each with how it rests, `nil` where it does not.
    mutating func due(
        at now: UInt64, _ connections: some Sequence<(token: UInt64, isTCP: Bool, rest: Rest?)>
    ) -> [UInt64] {
        next = nil
        return connections.compactMap { token, isTCP, rest in
            guard let rest, rest.kind != .deaf else {
                // It will have taken its answer, and rest from that.
                look(at: now + limits.longestRest)
                return nil
            }
            guard let limit = rest.limit(limits, isTCP: isTCP) else {
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
