/// A thread that does one thing after the other, each as long as it takes: what a loop must not wait for.
public final class SerialWorker: Sendable {
    private let queue = BlockingQueue<@Sendable () -> Void>()
    private let thread: WorkerThread

    /// Starts the thread; the name has 15 characters at most.
    public init(name: String) throws(LinuxError) {
        thread = try WorkerThread(name: name) { [queue] in
            while let work = queue.take() { work() }
        }
    }

    /// Does something in its turn; not at all once this was closed.
    public func perform(_ work: @escaping @Sendable () -> Void) { _ = queue.push(work) }

    /// Takes nothing more; what is in the queue is still done.
    public func close() { queue.close() }

    /// Waits for the end of the thread; after `close`, once. `false` where it has not ended by then: what it waits for
    /// must not keep a program from ending.
    public func join(withinMicroseconds limit: UInt64) -> Bool { thread.join(withinMicroseconds: limit) }
}
