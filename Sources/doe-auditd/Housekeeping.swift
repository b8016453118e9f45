internal import DOELinux
internal import DOEProxy
internal import DOETaint

/// What the server's loop does besides serving: it feeds the watchdog, and so shows that it turns, and writes taint
/// counts that wait. With neither, an idle daemon sleeps for ever.
final class Housekeeping: LoopDuty {
    private let ledger: TaintLedger
    private let beat = ServiceManager.watchdogMicroseconds.map { $0 / 2 }
    private var nextBeat: UInt64 = 0

    init(ledger: TaintLedger) { self.ledger = ledger }

    func perform() -> UInt64? {
        let now = Clocks.monotonicMicroseconds
        if let beat, now >= nextBeat {
            ServiceManager.feedWatchdog()
            nextBeat = now + beat
        }
        var due = beat == nil ? UInt64.max : nextBeat
        if let dirty = ledger.dirtySince {
            if now >= dirty + TaintLedger.flushInterval, (try? ledger.flush()) == nil {
                // The disk refuses; counts only lag, letters are safe. Try again as late as if it had worked.
                due = min(due, now + TaintLedger.flushInterval)
            } else {
                due = min(due, dirty + TaintLedger.flushInterval)
            }
        }
        return due == .max ? nil : due
    }
}
