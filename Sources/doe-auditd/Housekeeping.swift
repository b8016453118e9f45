internal import DOELinux
internal import DOEProxy

/// What the server's loop does besides serving: it feeds the watchdog, and so shows that it turns. Nothing here may
/// wait for a disk. Without a watchdog an idle daemon sleeps for ever.
final class Housekeeping: LoopDuty {
    private let beat = ServiceManager.watchdogMicroseconds.map { $0 / 2 }
    private var nextBeat: UInt64 = 0

    func perform() -> UInt64? {
        guard let beat else { return nil }
        let now = Clocks.monotonicMicroseconds
        if now >= nextBeat {
            ServiceManager.feedWatchdog()
            nextBeat = now + beat
        }
        return nextBeat
    }
}
