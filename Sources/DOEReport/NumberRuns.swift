/// Numbers that were seen, as ranges. They come nearly in their order, so what this keeps grows with the gaps alone.
struct NumberRuns: Hashable, Sendable {
    /// Apart from each other, in their order.
    private(set) var ranges: [ClosedRange<UInt64>] = []

    var isEmpty: Bool { ranges.isEmpty }
    var first: UInt64? { ranges.first?.lowerBound }
    var last: UInt64? { ranges.last?.upperBound }

    /// Whether the number is new.
    mutating func insert(_ number: UInt64) -> Bool {
        // Of the ranges that begin at the number or below it the last.
        let place = index(of: number)
        if place >= 0, ranges[place].contains(number) { return false }
        let joinsBelow = place >= 0 && ranges[place].upperBound == number - 1
        let joinsAbove = place + 1 < ranges.count && number < .max && ranges[place + 1].lowerBound == number + 1
        switch (joinsBelow, joinsAbove) {
        case (true, true):
            ranges[place] = ranges[place].lowerBound...ranges[place + 1].upperBound
            ranges.remove(at: place + 1)
        case (true, false): ranges[place] = ranges[place].lowerBound...number
        case (false, true): ranges[place + 1] = number...ranges[place + 1].upperBound
        case (false, false): ranges.insert(number...number, at: place + 1)
        }
        return true
    }

    func contains(_ number: UInt64) -> Bool {
        let place = index(of: number)
        return place >= 0 && ranges[place].contains(number)
    }

    /// The highest below a number.
    func last(below number: UInt64) -> UInt64? {
        guard number > 0 else { return nil }
        let place = index(of: number - 1)
        return place >= 0 ? min(ranges[place].upperBound, number - 1) : nil
    }

    /// What is missing between two numbers, both of them included.
    func gaps(from low: UInt64, through high: UInt64) -> [ClosedRange<UInt64>] {
        guard low <= high else { return [] }
        var gaps: [ClosedRange<UInt64>] = []
        var expected = low
        for range in ranges[max(0, index(of: low))...] where range.upperBound >= expected {
            if range.lowerBound > high { break }
            if range.lowerBound > expected { gaps.append(expected...(range.lowerBound - 1)) }
            if range.upperBound >= high { return gaps }
            expected = range.upperBound + 1
        }
        return gaps + [expected...high]
    }

    /// How many there are from a number on.
    func count(from low: UInt64) -> Int {
        ranges.reduce(0) { sum, range in
            guard range.upperBound >= low else { return sum }
            return sum.addingCapped(Int(clamping: range.upperBound - max(low, range.lowerBound))).addingCapped(1)
        }
    }

    /// Of the last range that begins at the number or below it; -1 where none does.
    private func index(of number: UInt64) -> Int {
        if let last = ranges.last, last.lowerBound <= number { return ranges.count - 1 }
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound <= number { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}
