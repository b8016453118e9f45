import Synchronization
import Testing

@testable import DOELinux

@Suite("A queue that its one taker waits for")
struct BlockingQueueTests {
    private final class Thing: Sendable {
        let number: Int
        init(_ number: Int) { self.number = number }
    }

    @Test("elements come out in the order in which they went in, and a closed queue is emptied before it ends")
    func order() {
        let queue = BlockingQueue<Int>()
        for number in 0..<1000 { #expect(queue.push(number)) }
        queue.close()
        #expect(!queue.push(1000))
        for number in 0..<1000 { #expect(queue.take() == number) }
        #expect(queue.take() == nil)
    }

    @Test("what was taken is let go, also while others wait behind it")
    func letsGo() {
        let queue = BlockingQueue<Thing>()
        weak var first: Thing?
        do {
            let thing = Thing(1)
            first = thing
            _ = queue.push(thing)
        }
        _ = queue.push(Thing(2))
        #expect(queue.take()?.number == 1)
        #expect(first == nil)
    }

    @Test("a queue that never runs empty does not grow with what has passed through it")
    func staysSmall() {
        let queue = BlockingQueue<Int>()
        _ = queue.push(0)
        for number in 1...10_000 {
            _ = queue.push(number)
            #expect(queue.take() == number - 1)
        }
        #expect(queue.placesInUse <= 128)
    }

    @Test("a taker that waits is woken by an element and by the end")
    func wakes() throws {
        let queue = BlockingQueue<Int>()
        let taken = Mutex<[Int]>([])
        let thread = try WorkerThread(name: "takes") {
            while let number = queue.take() { taken.withLock { $0.append(number) } }
        }
        for number in 0..<100 { _ = queue.push(number) }
        queue.close()
        thread.join()
        #expect(taken.withLock { $0 } == Array(0..<100))
    }
}
