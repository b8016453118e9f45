@testable import DOEAuditTrail
import TestSupport
import Testing

@Suite struct SlotHeapTests {
    @Test func agreesWithASortedListWhateverComes() {
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var heap = SlotHeap<Int>()
            var naive: [Int: Int] = [:]
            for _ in 0..<200 {
                let slot = Int.random(in: 0..<40, using: &generator)
                if generator.once(in: 3) {
                    heap.remove(slot)
                    naive[slot] = nil
                } else {
                    let priority = Int.random(in: 0..<20, using: &generator)
                    heap.insert(slot, priority)
                    naive[slot] = priority
                }
                #expect(heap.count == naive.count && heap.isEmpty == naive.isEmpty)
                #expect(heap.first?.priority == naive.values.min(), "seed \(seed)")
                #expect(heap.first.map { naive[$0.slot] == $0.priority } ?? true, "seed \(seed)")
                #expect((0..<40).allSatisfy { heap.contains($0) == (naive[$0] != nil) })
            }
            var last = Int.min
            while let (priority, slot) = heap.first {
                #expect(priority >= last)
                last = priority
                heap.remove(slot)
            }
        }
    }
}
