/// A set of numbers as ranges in order, none touching the next.
struct NumberRanges: Equatable {
    private(set) var ranges: [ClosedRange<UInt32>]

    init(_ numbers: ConditionTest.Numbers) {
        self.init(numbers.exact.map { $0...$0 } + (numbers.range.map { [$0] } ?? []))
    }

    /// Of ranges in any order, which may overlap.
    init(_ all: [ClosedRange<UInt32>]) {
        ranges = []
        for range in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
    }

    private init(ranges: [ClosedRange<UInt32>]) { self.ranges = ranges }

    static let everything = NumberRanges(ranges: [0...UInt32.max])

    /// All other numbers.
    var complement: NumberRanges {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32? = 0
        for range in ranges {
            if let low = next, low < range.lowerBound { result.append(low...(range.lowerBound - 1)) }
            next = range.upperBound == .max ? nil : range.upperBound + 1
        }
        if let next { result.append(next...UInt32.max) }
        return NumberRanges(ranges: result)
    }

    func isSubset(of other: NumberRanges) -> Bool {
        var index = 0
        for range in ranges {
            while index < other.ranges.count, other.ranges[index].upperBound < range.lowerBound { index += 1 }
            guard index < other.ranges.count, other.ranges[index].lowerBound <= range.lowerBound,
                range.upperBound <= other.ranges[index].upperBound
            else { return false }
        }
        return true
    }

    func isDisjoint(from other: NumberRanges) -> Bool { isSubset(of: other.complement) }
}
