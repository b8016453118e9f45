public import DOELinux
internal import Synchronization

/// The thread on which the control interface does what may take long or wait for a disk, one after the other.
public final class ControlWorker: Sendable {
    private let queue = BlockingQueue<@Sendable () -> Void>()
    private let ended: WakeEvent
    private let hasEnded: Flag
    private let thread: WorkerThread

    private final class Flag: Sendable {
        let isUp = Atomic(false)
    }

    /// Starts the thread.
    public init() throws(LinuxError) {
        let (queue, ended, hasEnded) = (queue, try WakeEvent(), Flag())
        self.ended = ended
        self.hasEnded = hasEnded
        thread = try WorkerThread(name: "doe-control") {
            while let work = queue.take() { work() }
            hasEnded.isUp.store(true, ordering: .releasing)
            ended.signal()
        }
    }

    /// Does something in its turn; not at all once it was closed.
    func perform(_ work: @escaping @Sendable () -> Void) { _ = queue.push(work) }

    /// Takes nothing more; what is in the queue is still done.
    public func close() { queue.close() }

    /// Waits for the end of the thread; after `close`, once. `false` where it has not ended by then: what it waits for
    /// must not keep the daemon from ending.
    public func join(withinMicroseconds limit: UInt64) -> Bool {
        ended.wait(microseconds: limit)
        guard hasEnded.isUp.load(ordering: .acquiring) else { return false }
        thread.join()
        return true
    }
}
