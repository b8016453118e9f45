internal import DOELinux
internal import Glibc

/// The time that a mailbox's runner goes by.
package protocol MailboxClock: Sendable {
    /// A monotonic time in microseconds.
    var now: UInt64 { get }
    /// Blocks the thread for about this many microseconds.
    func sleep(microseconds: UInt64)
}

/// The kernel's monotonic clock.
package struct KernelClock: MailboxClock {
    /// The one there is.
    package init() {}

    /// CLOCK_MONOTONIC.
    package var now: UInt64 { Clocks.monotonicMicroseconds }

    /// `nanosleep`; a signal ends it early, which costs the caller one look more.
    package func sleep(microseconds: UInt64) {
        var time = timespec(tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000) * 1_000)
        unsafe nanosleep(&time, nil)
    }
}
