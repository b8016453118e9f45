import DOEWords
import TestSupport
import Testing

@testable import DOETrace

struct TraceMergerTests {
    private func event(_ time: UInt64, _ thread: Int32 = 0) -> TracedEvent {
        TracedEvent(time: time, thread: thread, access: .procWrite(offset: 0, count: 0))
    }

    @Test func deliversWhatIsOlderThanThePass() {
        var merger = TraceMerger()
        #expect(
            merger.merge([event(5), event(20), event(3), event(9), event(10)], began: 10).map(\.time) == [3, 5, 9])
        #expect(merger.nextTime != nil)
        #expect(merger.merge([event(15)], began: 30).map(\.time) == [10, 15, 20])
        #expect(merger.nextTime == nil && merger.late == 0)
    }

    @Test func amongEqualTimesTheLowerProcessorIsFirst() {
        var merger = TraceMerger()
        let events = merger.merge([event(4, 1), event(7, 2), event(4, 3), event(7, 4)], began: 8)
        #expect(events.map(\.thread) == [1, 3, 2, 4])
    }

    @Test func whatComesTooLateIsCountedAndDeliveredInOrder() {
        var merger = TraceMerger()
        #expect(merger.merge([event(50)], began: 60).map(\.time) == [50])
        #expect(merger.merge([event(70), event(40, 9)], began: 80) == [event(50, 9), event(70)])
        #expect(merger.late == 1)
    }

    @Test func noMoreWaitThanMay() {
        var merger = TraceMerger(capacity: 3)
        #expect(merger.merge((0..<10).map { event($0) }, began: 0).map(\.time) == Array(0..<7))
        #expect(merger.merge([], began: 100).map(\.time) == [7, 8, 9])
    }

    /// Passes as they happen: each processor's buffer is read up to another time after the pass began.
    @Test func isTheSameAsSorting() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let processors = Int.random(in: 1...4, using: &random)
            var buffers = (0..<processors).map { processor in
                let count = Int.random(in: 0..<60, using: &random)
                return (0..<count).map { _ in UInt64.random(in: 1..<200, using: &random) }.sorted()
                    .map { event($0, Int32(processor)) }[...]
            }
            let all = buffers.joined().sorted { ($0.time, $0.thread) < ($1.time, $1.thread) }
            var (merger, merged, began) = (TraceMerger(), [TracedEvent](), UInt64(0))
            while began < 200 {
                var (pass, now) = ([TracedEvent](), began)
                for index in buffers.indices {
                    now += UInt64.random(in: 0..<20, using: &random)
                    // What has happened when this buffer is read.
                    let happened = buffers[index].prefix { $0.time < now }
                    pass += happened
                    buffers[index] = buffers[index].dropFirst(happened.count)
                }
                let delivered = merger.merge(pass, began: began)
                #expect(delivered.allSatisfy { $0.time < began })
                merged += delivered
                began = now + 1
            }
            merged += merger.merge(Array(buffers.joined()), began: .max)
            #expect(merged.map(\.time) == all.map(\.time))
            #expect(Set(merged) == Set(all) && merged.count == all.count && merger.late == 0)
        }
    }
}
