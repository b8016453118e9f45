/// A time in UTC, microseconds since 1970.
public struct Timestamp: Hashable, Sendable, Comparable, Encodable {
    /// Microseconds since 1970.
    public let microseconds: UInt64

    /// A time from its number.
    public init(microseconds: UInt64) { self.microseconds = microseconds }

    /// The earlier one first.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// `2026-03-01`
    public var date: String {
        let (year, month, day) = Self.civilDate(day: Int(microseconds / 86_400_000_000))
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// `02:14:07`
    public var clock: String {
        let seconds = Int(microseconds / 1_000_000 % 86_400)
        return "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    }

    /// `2026-03-01 02:14:07 UTC`. Whoever copies it out of what was printed has the zone too.
    public var point: String { "\(date) \(clock) UTC" }

    /// From one to another, both whole, so that either can be copied out.
    public static func span(_ first: Timestamp, _ last: Timestamp) -> String {
        first.point == last.point ? first.point : "\(first.point) to \(last.point)"
    }

    /// RFC 3339 with microseconds: `2026-03-01T02:14:07.000123Z`.
    public var text: String { "\(date)T\(clock).\(padded(Int(microseconds % 1_000_000), 6))Z" }

    /// Encoded as `text`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The Gregorian date of a day counted from 1970-01-01. Years are counted from March, so that the leap day is the
    /// last of its year and each month's start is a straight line's value, rounded down.
    package static func civilDate(day: Int) -> (year: Int, month: Int, day: Int) {
        let daysInFourCenturies = 146_097
        let sinceMarchOfYear0 = day + 719_468
        let fourCenturies = sinceMarchOfYear0 / daysInFourCenturies
        let dayOfEra = sinceMarchOfYear0 % daysInFourCenturies
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            yearOfEra + fourCenturies * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }
}

private func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
