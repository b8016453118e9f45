internal import DOEObjects

/// The lengths that an object line states, in dwords with the header: `3`, `3..4`, `3..`; both ends included.
struct LengthRange: Hashable, Sendable, CustomStringConvertible {
    let lengths: ClosedRange<Int>

    /// What an object can have at all.
    static let possible = 2...ObjectHeader.maximumLengthInDwords

    init(_ lengths: ClosedRange<Int>) { self.lengths = lengths }

    /// Parses decimal numbers without leading zeros; `nil` for anything else, for a range that ends below its start, and
    /// for a length that no object has.
    init?(_ text: String) {
        let parts = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let low = Self.number(first) else { return nil }
        let high: Int?
        switch parts.count {
        case 1: high = low
        default: high = parts[1].isEmpty ? Self.possible.upperBound : Self.number(parts[1])
        }
        guard let high, high >= low else { return nil }
        self.init(low...high)
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 6, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            !text.hasPrefix("0"), let number = Int(text), possible.contains(number)
        else { return nil }
        return number
    }

    /// The canonical spelling.
    var description: String {
        if lengths.lowerBound == lengths.upperBound { return "\(lengths.lowerBound)" }
        return "\(lengths.lowerBound).."
            + (lengths.upperBound == Self.possible.upperBound ? "" : "\(lengths.upperBound)")
    }
}
