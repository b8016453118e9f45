import DOELinux
import Testing

@Suite("A barging mutex")
struct BargingMutexTests {
    private struct Mistake: Error, Equatable {}

    @Test("lets one thread at a time to its value")
    func counts() throws {
        let mutex = BargingMutex(0)
        let threads = try (0..<8).map { number in
            try WorkerThread(name: "barging \(number)") { for _ in 0..<10_000 { mutex.withLock { $0 += 1 } } }
        }
        for thread in threads { thread.join() }
        #expect(mutex.withLock { $0 } == 80_000)
    }

    @Test("is free again after an error")
    func throwing() {
        let mutex = BargingMutex(1)
        #expect(throws: Mistake()) { try mutex.withLock { _ throws(Mistake) in throw Mistake() } }
        #expect(mutex.withLock { $0 } == 1)
    }
}
