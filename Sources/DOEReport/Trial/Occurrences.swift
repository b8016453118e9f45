internal import DOERecord
public import DOEWords

/// How often something happened, and when.
public struct Occurrences: Hashable, Sendable, Encodable {
    /// How often.
    public private(set) var count = 0
    /// When it happened first; `nil` where that cannot be said.
    public private(set) var first: Timestamp?
    /// When it happened last.
    public private(set) var last: Timestamp?

    /// Nothing yet.
    init() {}

    /// What a record is about, as often as it says.
    mutating func add(_ record: Record) {
        let (sum, overflow) = count.addingReportingOverflow(record.eventCount)
        count = overflow ? .max : sum
        for time in record.span {
            let stamp = Timestamp(microseconds: time)
            first = min(first ?? stamp, stamp)
            last = max(last ?? stamp, stamp)
        }
    }

    mutating func add(_ other: Occurrences) {
        count += other.count
        first = [first, other.first].compactMap(\.self).min()
        last = [last, other.last].compactMap(\.self).max()
    }

    /// `once`, `12 times`
    var times: String { count == 1 ? "once" : "\(count) times" }

    /// `2026-03-01 02:14:07 to 04:01:02`
    var span: String {
        guard let first, let last else { return "at an unknown time" }
        return Timestamp.span(first, last)
    }
}
