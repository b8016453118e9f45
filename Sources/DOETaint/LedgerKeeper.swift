public import DOELinux
internal import Synchronization

/// Writes the ledger's counts when they are due, and all of it anew when it has grown, on a thread of its own: the
/// disk may take its time, and nobody waits. While nothing is to be written the thread sleeps.
public final class LedgerKeeper: Sendable {
    private let wake: WakeEvent
    private let thread: WorkerThread
    private let end: EndMark

    private final class EndMark: Sendable {
        let isOver = Mutex(false)
    }

    /// Starts the thread.
    public convenience init(_ ledger: TaintLedger) throws(LinuxError) {
        try self.init(ledger, interval: TaintLedger.flushInterval)
    }

    init(_ ledger: TaintLedger, interval: UInt64) throws(LinuxError) {
        let wake = try WakeEvent()
        let end = EndMark()
        self.wake = wake
        self.end = end
        ledger.whenDirty { wake.signal() }
        thread = try WorkerThread(name: "doe-ledger") {
            var failedAt: UInt64 = 0
            while !end.isOver.withLock({ $0 }) {
                guard let dirty = ledger.dirtySince else {
                    wake.wait(microseconds: nil)
                    continue
                }
                let now = Clocks.monotonicMicroseconds
                // Where the disk refuses, counts only lag, letters are safe: try again as late as if it had worked.
                let due = max(dirty, failedAt) + interval
                guard now >= due else {
                    wake.wait(microseconds: due - now)
                    continue
                }
                if (try? ledger.flush()) == nil { failedAt = Clocks.monotonicMicroseconds }
            }
        }
    }

    /// Ends the thread, once; what waits then is left to the ledger's `flush`.
    public func stop() {
        end.isOver.withLock { $0 = true }
        wake.signal()
        thread.join()
    }
}
