import DOELinux
import DOEMailbox
import Synchronization

/// The kernel's clock, on which sleep takes no time: a device that never answers costs a proof no second.
final class HastyClock: MailboxClock {
    private let slept = Atomic<UInt64>(0)

    var now: UInt64 { Clocks.monotonicMicroseconds + slept.load(ordering: .relaxed) }

    func sleep(microseconds: UInt64) { slept.add(microseconds, ordering: .relaxed) }

    /// So long something held the thread that looks next.
    func hold(microseconds: UInt64) { sleep(microseconds: microseconds) }
}
