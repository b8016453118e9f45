public import DOELinux
public import DOEMailbox

/// The one thread of a mailbox. Config access can block in the kernel, so no other thread touches the mailbox, and a
/// mailbox that blocks holds up nobody else's.
public final class MailboxWorker: Sendable {
    private struct Work: Sendable {
        let request: Request
        let requester: Requester
        let answer: @Sendable (Reply) -> Void
    }

    /// The mailbox.
    public let mailbox: any Mailbox
    private let queue = BlockingQueue<Work>()
    private let thread: WorkerThread

    /// Starts the thread.
    public init(mailbox: any Mailbox, monitor: Monitor) throws(LinuxError) {
        self.mailbox = mailbox
        let queue = queue
        thread = try WorkerThread(name: "doe \(mailbox.name)") {
            while let work = queue.take() {
                work.answer(monitor.exchange(work.request, with: mailbox, for: work.requester))
            }
        }
    }

    /// Puts a request in the queue; `answer` is called on the worker's thread, unless the worker was closed before.
    public func submit(
        _ request: Request, for requester: Requester, answer: @escaping @Sendable (Reply) -> Void
    ) {
        _ = queue.push(Work(request: request, requester: requester, answer: answer))
    }

    /// Takes no further request; what is in the queue is still carried out.
    public func close() { queue.close() }

    /// Waits for the end of the thread; after `close`, once.
    public func join() { thread.join() }
}
