public import DOELinux
package import DOEMailbox

/// Answers for mailboxes whose own thread cannot: a thread that judges, refuses and records, and touches no mailbox.
public final class StandIn: Sendable {
    private let monitor: Monitor
    private let queue = BlockingQueue<@Sendable () -> Void>()
    private let thread: WorkerThread

    /// Starts the thread.
    public init(monitor: Monitor) throws(LinuxError) {
        self.monitor = monitor
        let queue = queue
        thread = try WorkerThread(name: "doe-stand-in") {
            while let work = queue.take() { work() }
        }
    }

    /// Judges a request, refuses it, be it by this refusal, and records that; `answer` is called on this one's
    /// thread, unless it was closed before.
    package func refuse(
        _ request: Request, to mailbox: any Mailbox, for requester: Requester, _ refusal: Refusal,
        answer: @escaping @Sendable (Reply) -> Void
    ) {
        let monitor = monitor
        perform { answer(monitor.refuse(request, to: mailbox, for: requester, refusal)) }
    }

    /// Does something that may wait for the disk, in its turn.
    public func perform(_ work: @escaping @Sendable () -> Void) { _ = queue.push(work) }

    /// Takes nothing more; what is in the queue is still done.
    public func close() { queue.close() }

    /// Waits for the end of the thread; after `close`, once.
    public func join() { thread.join() }
}
