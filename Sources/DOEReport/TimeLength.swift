/// A length of time as systemd.time(7) has it: `90`, `30m`, `1h 30min`, `1.5 hours`.
enum TimeLength {
    private static let second: UInt64 = 1_000_000
    private static let day: UInt64 = 86_400 * second
    /// A year is 365.25 days, a month a twelfth of it.
    private static let units: [(names: Set<String>, microseconds: UInt64)] = [
        (["us", "usec", "µs", "μs"], 1), (["ms", "msec"], 1_000), (["s", "sec", "second", "seconds"], second),
        (["m", "min", "minute", "minutes"], 60 * second), (["h", "hr", "hour", "hours"], 3_600 * second),
        (["d", "day", "days"], day), (["w", "week", "weeks"], 7 * day),
        (["M", "month", "months"], 2_629_800 * second), (["y", "year", "years"], 31_557_600 * second),
    ]

    /// Microseconds, as many as can be counted at most; a number without a unit is one of seconds. `nil` for any other
    /// text.
    static func parse(_ text: Substring) -> UInt64? {
        var rest = text.drop { $0 == " " }
        guard !rest.isEmpty else { return nil }
        var sum: UInt64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count).drop { $0 == " " }
            guard let number = DecimalNumber(digits),
                let unit = name.isEmpty ? second : units.first(where: { $0.names.contains(String(name)) })?.microseconds
            else { return nil }
            let (whole, overflow) = (number.whole ?? .max).multipliedReportingOverflow(by: unit)
            let part = unit.multipliedFullWidth(by: number.millionths ?? 0)
            for length in [overflow ? .max : whole, UInt64(1_000_000).dividingFullWidth(part).quotient] {
                let (longer, overflow) = sum.addingReportingOverflow(length)
                sum = overflow ? .max : longer
            }
        }
        return sum
    }
}
