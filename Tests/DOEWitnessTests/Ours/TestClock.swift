import DOELinux
import Synchronization

/// A clock of nanoseconds that a test moves.
final class TestClock: Sendable {
    private let time: Mutex<UInt64>

    init(at time: UInt64 = 1_000_000_000_000) { self.time = Mutex(time) }

    var now: UInt64 { time.withLock { $0 } }

    func pass(_ nanoseconds: UInt64) { time.withLock { $0 += nanoseconds } }

    func set(to nanoseconds: UInt64) { time.withLock { $0 = nanoseconds } }

    static var thisThread: Int32 { OwnThread.number }
}
