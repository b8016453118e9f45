internal import DOELinux
internal import Synchronization

/// The thread that reads the canary, on the processor that it is sent to: the witness' own must not wait for a
/// processor that has something better to do.
final class CanaryThread: Sendable {
    /// What came of a read.
    enum Outcome: Hashable {
        /// It began then (CLOCK_MONOTONIC, microseconds), on the processor that it was meant for.
        case read(at: UInt64)
        /// It could not be made, or not there.
        case failed
    }

    private let worker: SerialWorker
    private let outcome = Mutex<(turn: UInt64, outcome: Outcome?)>((0, nil))
    /// As the kernel numbers it, and as its events name it.
    let number: Int32

    init() throws(LinuxError) {
        let numbers = BlockingQueue<Int32>()
        worker = try SerialWorker(name: "doe-canary")
        worker.perform { _ = numbers.push(OwnThread.number) }
        number = numbers.take() ?? 0
    }

    /// Has it read there. What an earlier turn was still waiting for is done on that processor too, and means nothing
    /// any more. `false` where it cannot be sent there: the processor is gone, or not for this process.
    func read(_ function: CanaryFunction, on processor: Int) -> Bool {
        guard OwnThread.move(number, to: processor) else { return false }
        let turn = outcome.withLock { state in
            state = (state.turn + 1, nil)
            return state.turn
        }
        worker.perform { [self] in
            let began = Clocks.monotonicMicroseconds
            let isRead = (try? function.read()) != nil
            let result = isRead && OwnThread.processor == processor ? Outcome.read(at: began) : .failed
            outcome.withLock { if $0.turn == turn { $0.outcome = result } }
        }
        return true
    }

    /// Waits until it has done all that it was asked.
    func waitForRead() {
        let done = BlockingQueue<Void>()
        worker.perform { _ = done.push(()) }
        done.take()
    }

    /// Ends the thread; once. One that a processor keeps waiting ends later, by itself.
    func end() {
        worker.close()
        _ = worker.join(withinMicroseconds: 1_000_000)
    }

    /// What came of the last read; once, and `nil` while it has not been made.
    func takeOutcome() -> Outcome? {
        outcome.withLock { state in
            defer { state.outcome = nil }
            return state.outcome
        }
    }
}
