/// How a connection rests: it has nothing under way, and owns nothing that its end would take from its client.
struct Rest: Hashable {
    /// What it rests from.
    enum Kind: Hashable {
        /// It never asked for anything.
        case silent
        /// It has its answers.
        case answered
        /// Its answer is there, and it does not take it.
        case deaf
        /// Half a frame came.
        case half
    }

    let kind: Kind
    /// Monotonic, in microseconds.
    let since: UInt64

    func time(at now: UInt64) -> UInt64 { now - min(now, since) }
}

extension Rest {
    /// After how long of it the connection ends, although nobody needs its place. Over TCP who never asked has as
    /// long as who did: QEMU connects when it starts, and asks when its guest does.
    func limit(_ limits: ClientLimits, isTCP: Bool) -> UInt64? {
        switch kind {
        case .silent: isTCP ? limits.longestRest : limits.longestSilence
        case .answered: limits.longestRest
        // A frame on its way has a time of its own.
        case .deaf, .half: nil
        }
    }
}

extension ClientLimits {
    /// Microseconds.
    var longestRest: UInt64 { UInt64(idleSeconds) * 1_000_000 }
    /// The same, of who never asked.
    var longestSilence: UInt64 { min(UInt64(silentSeconds) * 1_000_000, longestRest) }
}
