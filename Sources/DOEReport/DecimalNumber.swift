/// Seconds as they are written in a time, with what is behind the point: `30`, `30.927638`.
struct DecimalNumber {
    /// Before the point; `nil` where it is more than can be counted.
    let whole: UInt64?
    /// Behind it in millionths; `nil` without a point.
    let millionths: UInt64?

    /// Digits, a point and one to nine digits; of those behind the sixth nothing is kept.
    init?(_ text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(Self.isDigits) else { return nil }
        whole = UInt64(parts[0])
        guard parts.count == 2 else {
            millionths = nil
            return
        }
        guard parts[1].count <= 9 else { return nil }
        millionths = UInt64(parts[1].prefix(6) + String(repeating: "0", count: max(0, 6 - parts[1].count)))
    }

    /// ASCII digits, and at least one.
    static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// What moments that are given in whole seconds become with what is behind the point: without a point each is its
    /// second from its first to its last microsecond.
    func moments(_ seconds: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
        guard let millionths else { return seconds.lowerBound...(seconds.upperBound + 999_999) }
        return (seconds.lowerBound + millionths)...(seconds.upperBound + millionths)
    }
}
