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
    /// How long a client that names itself may be silent, microseconds: a program that connects means to ask. Of TCP there
    /// is no such end, since QEMU connects when it starts and asks when its guest does.
    static let longestSilence: UInt64 = 30_000_000

    /// After how long of it the connection ends, although nobody needs its place.
    func limit(idleMicroseconds: UInt64, isTCP: Bool) -> UInt64? {
        switch kind {
        case .silent: isTCP ? idleMicroseconds : min(Self.longestSilence, idleMicroseconds)
        case .answered: idleMicroseconds
        // A frame on its way has a time of its own.
        case .deaf, .half: nil
        }
    }
}
