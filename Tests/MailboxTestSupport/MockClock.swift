internal import DOEMailbox
internal import Synchronization

/// A clock that moves by a fixed step a look, for the access that the look goes with, and by what is slept.
package final class MockClock: MailboxClock {
    private let state = Mutex<(now: UInt64, waits: [UInt64])>((5_000, []))
    private let step: UInt64

    /// A step in microseconds: how long each access to the device takes.
    package init(step: UInt64 = 1) { self.step = step }

    /// Microseconds; each look costs a step.
    package var now: UInt64 {
        state.withLock {
            $0.now += step
            return $0.now
        }
    }

    /// Lets time pass at once.
    package func sleep(microseconds: UInt64) {
        state.withLock {
            $0.now += microseconds
            $0.waits.append(microseconds)
        }
    }

    /// Lets time pass that nobody has slept: something held the thread.
    package func pass(microseconds: UInt64) { state.withLock { $0.now += microseconds } }

    /// What was slept, in order.
    package var waits: [UInt64] { state.withLock { $0.waits } }
    /// All that was slept, in microseconds.
    package var slept: UInt64 { waits.reduce(0, +) }
}
