import DOELinux
import Synchronization
import Testing

@Suite("A thread that does one thing after the other")
struct SerialWorkerTests {
    @Test("everything is done, in its order, also what was asked for before the end")
    func order() throws {
        let worker = try SerialWorker(name: "serial")
        let log = Log()
        let gate = BlockingQueue<Void>()
        worker.perform { _ = gate.take() }
        for number in 0..<100 { worker.perform { log.numbers.withLock { $0.append(number) } } }
        worker.close()
        worker.perform { log.numbers.withLock { $0.append(-1) } }
        // What holds the thread up does not hold up whoever waits.
        #expect(!worker.join(withinMicroseconds: 1))
        gate.close()
        #expect(worker.join(withinMicroseconds: 60_000_000))
        #expect(log.numbers.withLock { $0 } == Array(0..<100))
    }

    private final class Log: Sendable {
        let numbers = Mutex<[Int]>([])
    }
}
