internal import Synchronization

/// Beats at every step of an exchange, so that another thread can see whether the mailbox's own thread still moves:
/// an access to config space can block in the kernel, and a thread that is blocked cannot say so.
package final class Pulse: Sendable {
    private let last = Atomic<UInt64>(0)

    /// A pulse that has not beaten yet.
    package init() {}

    /// Monotonic time of the last beat in microseconds; 0 before the first.
    package var lastBeat: UInt64 { last.load(ordering: .relaxed) }

    /// One step was made, at this monotonic time in microseconds.
    package func beat(at now: UInt64) { last.store(now, ordering: .relaxed) }
}
