internal import Glibc

/// A point in time as an operator writes it.
public enum PointInTime {
    /// Every form there is, for help and for errors.
    public static let forms = "-30m, -2h, -7d, today, yesterday, @SECONDS, 2026-11-22, '2026-11-22 20:15[:30]'"

    /// Reads `-30m`, `-2h`, `-7d` (before `now`), `today`, `yesterday` (their midnight), `@SECONDS` since 1970, or a
    /// date with or without a time, in local time. Times are microseconds since 1970; `nil` for any other text.
    public static func parse(_ text: String, now: UInt64) -> UInt64? {
        if text.hasPrefix("-") { return before(text.dropFirst(), now) }
        if text.hasPrefix("@") {
            guard isDigits(text.dropFirst()) else { return nil }
            return UInt64(text.dropFirst()).flatMap { $0 < UInt64.max / 1_000_000 ? $0 * 1_000_000 : nil }
        }
        switch text {
        case "today": return midnight(daysBefore: 0, now)
        case "yesterday": return midnight(daysBefore: 1, now)
        default: return date(text)
        }
    }

    private static func before(_ text: Substring, _ now: UInt64) -> UInt64? {
        let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), isDigits(text.dropLast()),
            let count = UInt64(text.dropLast())
        else { return nil }
        let (microseconds, overflow) = count.multipliedReportingOverflow(by: unit * 1_000_000)
        return overflow ? 0 : now - min(now, microseconds)
    }

    private static func midnight(daysBefore days: Int32, _ now: UInt64) -> UInt64? {
        var seconds = time_t(now / 1_000_000)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return nil }
        unsafe parts.tm_hour = 0
        unsafe parts.tm_min = 0
        unsafe parts.tm_sec = 0
        unsafe parts.tm_mday -= days
        return unsafe microseconds(&parts)
    }

    private static func date(_ text: String) -> UInt64? {
        let halves = text.split(whereSeparator: { $0 == " " || $0 == "T" }).map(String.init)
        guard (1...2).contains(halves.count), let day = numbers(halves[0], "-", counts: 3...3),
            let time = halves.count == 2 ? numbers(halves[1], ":", counts: 2...3) : [0, 0],
            (1970...9999).contains(day[0]), (1...12).contains(day[1]), (1...31).contains(day[2]),
            time[0] < 24, time[1] < 60, time.count < 3 || time[2] < 60
        else { return nil }
        var parts = unsafe tm()
        unsafe parts.tm_year = day[0] - 1900
        unsafe parts.tm_mon = day[1] - 1
        unsafe parts.tm_mday = day[2]
        unsafe parts.tm_hour = time[0]
        unsafe parts.tm_min = time[1]
        unsafe parts.tm_sec = time.count == 3 ? time[2] : 0
        let point = unsafe microseconds(&parts)
        // mktime makes 3 March of 31 February; an operator who writes that means something else.
        return unsafe parts.tm_mday == day[2] ? point : nil
    }

    private static func numbers(_ text: String, _ separator: Character, counts: ClosedRange<Int>) -> [Int32]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { isDigits($0) ? Int32($0) : nil }
        return counts.contains(parts.count) && numbers.count == parts.count ? numbers : nil
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func microseconds(_ parts: inout tm) -> UInt64? {
        unsafe parts.tm_isdst = -1
        let seconds = unsafe mktime(&parts)
        return seconds < 0 ? nil : UInt64(seconds) * 1_000_000
    }
}
