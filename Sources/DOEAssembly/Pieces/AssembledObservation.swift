package import DOEWords

/// An observation put together from single accesses, before anybody has asked whose threads these are.
public struct AssembledObservation: Hashable, Sendable {
    /// So many threads are named at most.
    static let mostThreads = 16

    /// What was seen.
    package let what: Observation.What
    /// By which road: never `proxy`.
    package let road: Road
    /// Through which door.
    package let way: AccessWay
    /// The threads that wrote: of an exchange first the one that wrote GO or abort, then the others in their order, at
    /// most ``mostThreads``. There are several where somebody starts a process for each access.
    package let threads: [Int32]
    /// When the first of them wrote, CLOCK_MONOTONIC in nanoseconds: others may have gone on for long.
    package let named: UInt64
    /// The first access, CLOCK_MONOTONIC in nanoseconds.
    package let began: UInt64
    /// The last access, or the one that ended it.
    package let ended: UInt64

    /// From its parts.
    package init(
        _ what: Observation.What, road: Road, way: AccessWay, threads: [Int32], named: UInt64, began: UInt64,
        ended: UInt64
    ) {
        self.what = what
        self.road = road
        self.way = way
        self.threads = threads
        self.named = named
        self.began = began
        self.ended = ended
    }

    /// Until when it stood in the mailbox: what nobody took stays there as long as somebody waited for its end.
    package var occupied: UInt64 {
        guard case .exchange(let exchange, _) = what else { return ended }
        return switch exchange.ending {
        case .done, .aborted, .failed: ended
        case .abandoned: ended.later(by: AssemblyLimits.untilNextAccess)
        case .unfinished: ended.later(by: AssemblyLimits.untilGo)
        }
    }
}
