@testable import DOEReport
import TestSupport
import Testing

@Suite("Numbers as ranges") struct NumberRunsTests {
    @Test("they are what a set of numbers is", arguments: 0..<200 as Range<UInt64>)
    func model(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var runs = NumberRuns()
        var model: Set<UInt64> = []
        // At both ends of what a number can be as well.
        let bases: [UInt64] = [0, 1_000, .max - 40]
        let base = bases[Int(seed % 3)]
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let number = base + UInt64.random(in: 0...40, using: &random)
            #expect(runs.insert(number) == model.insert(number).inserted)
        }
        let sorted = model.sorted()
        #expect(runs.first == sorted.first && runs.last == sorted.last)
        for number in base...(base + 40) {
            #expect(runs.contains(number) == model.contains(number))
            #expect(runs.last(below: number) == sorted.last { $0 < number })
            #expect(runs.count(from: number) == sorted.count { $0 >= number })
            let missing = runs.gaps(from: base, through: number).flatMap { Array($0) }
            #expect(missing == (base...number).filter { !model.contains($0) })
        }
        // Apart from each other: else it would keep more than the gaps.
        #expect(zip(runs.ranges, runs.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
    }

    @Test("a hundred thousand numbers in their order are one range") func inOrder() {
        var runs = NumberRuns()
        for number in 1...100_000 as ClosedRange<UInt64> { _ = runs.insert(number) }
        #expect(runs.ranges == [1...100_000])
    }
}
