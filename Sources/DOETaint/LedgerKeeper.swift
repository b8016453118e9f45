public import DOELinux
internal import Synchronization

/// Writes the ledger's counts when they are due, what is owed as long as it is, and all of it anew when it has grown;
/// and looks whether the file is as it was left, for who asks. All that on a thread of its own: the disk may take its
/// time, and nobody waits. While nothing is to be written the thread sleeps.
public final class LedgerKeeper: Sendable {
    private let wake: WakeEvent
    private let thread: WorkerThread
    private let end: EndMark
    private let looks: Looks

    private final class EndMark: Sendable {
        let isOver = Mutex(false)
    }

    /// Who asks for a look gets a number, and waits until one was made that began later.
    private final class Looks: Sendable {
        let numbers = Mutex((asked: UInt64(0), made: UInt64(0)))
        let isMade: WakeEvent

        init() throws(LinuxError) { isMade = try WakeEvent() }

        func make(_ body: () -> Void) {
            let (asked, made) = numbers.withLock { $0 }
            guard asked > made else { return }
            body()
            numbers.withLock { $0.made = asked }
            isMade.signal()
        }
    }

    /// Starts the thread.
    public convenience init(_ ledger: TaintLedger) throws(LinuxError) {
        try self.init(ledger, interval: TaintLedger.flushInterval)
    }

    init(_ ledger: TaintLedger, interval: UInt64) throws(LinuxError) {
        let wake = try WakeEvent()
        let end = EndMark()
        let looks = try Looks()
        self.wake = wake
        self.end = end
        self.looks = looks
        ledger.whenDirty { wake.signal() }
        thread = try WorkerThread(name: "doe-ledger") {
            var failedAt: UInt64 = 0
            while !end.isOver.withLock({ $0 }) {
                looks.make { ledger.look() }
                guard let dirty = ledger.dirtySince else {
                    wake.wait(microseconds: nil)
                    continue
                }
                let now = Clocks.monotonicMicroseconds
                // Where the disk refuses, what waits is in memory: try again as late as if it had worked.
                let due = max(dirty, failedAt) + interval
                guard now >= due else {
                    wake.wait(microseconds: due - now)
                    continue
                }
                if (try? ledger.flush()) == nil { failedAt = Clocks.monotonicMicroseconds }
            }
        }
    }

    /// Has the file looked at, and waits until that is done: not longer than this, since the disk may hang. One
    /// caller at a time.
    public func look(withinMicroseconds limit: UInt64) {
        let number = looks.numbers.withLock { numbers in
            numbers.asked += 1
            return numbers.asked
        }
        wake.signal()
        let deadline = Clocks.monotonicMicroseconds + limit
        while looks.numbers.withLock({ $0.made }) < number {
            let now = Clocks.monotonicMicroseconds
            guard now < deadline else { return }
            looks.isMade.wait(microseconds: deadline - now)
        }
    }

    /// Ends the thread, once; what waits then is left to the ledger's `flush`.
    public func stop() {
        end.isOver.withLock { $0 = true }
        wake.signal()
        thread.join()
    }
}
