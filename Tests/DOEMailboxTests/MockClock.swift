import DOEMailbox
import Synchronization

/// A clock that moves by a fixed step a look, for the access that the look goes with, and by what is slept.
final class MockClock: MailboxClock {
    private let state = Mutex<(now: UInt64, waits: [UInt64])>((5_000, []))
    private let step: UInt64

    /// A step in microseconds: how long each access to the device takes.
    init(step: UInt64 = 1) { self.step = step }

    var now: UInt64 {
        state.withLock {
            $0.now += step
            return $0.now
        }
    }

    func sleep(microseconds: UInt64) {
        state.withLock {
            $0.now += microseconds
            $0.waits.append(microseconds)
        }
    }

    /// What was slept, in order.
    var waits: [UInt64] { state.withLock { $0.waits } }
    /// All that was slept, in microseconds.
    var slept: UInt64 { waits.reduce(0, +) }
}
