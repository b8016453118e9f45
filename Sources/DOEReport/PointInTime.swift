public import DOELinux

/// A point in time as an operator writes it: every form that doe-audit prints, and those of systemd.time(7) that
/// journalctl takes.
public enum PointInTime {
    /// The forms, for errors.
    public static let forms =
        "now, today, yesterday, 12:00, -30m, '2 hours ago', @SECONDS, 2026-11-22, '2026-11-22 20:15:30 UTC', "
        + "2026-11-22T20:15:30+01:00"

    /// The moments that a text may stand for, microseconds since 1970; `nil` for a text that is no time.
    ///
    /// Who asks for what is since then means the first of them, who asks for what is until then the last. There is more
    /// than one where the text gives whole seconds, as a printed time does, and where the clocks of its zone are put
    /// back or forward over it. Without a zone a time is that of `zone`.
    public static func parse(_ text: String, now: UInt64, zone: ZoneClock = .local) -> ClosedRange<UInt64>? {
        if let moment = relative(text, now) { return moment...moment }
        if text.hasPrefix("@") { return second(text.dropFirst()) }
        return WallClockTime(text)?.moments(now: now, zone: zone)
    }

    /// `now`, `-1h 30min`, `2 days ago`; `+5min` and `5min left`, which systemd has too.
    private static func relative(_ text: String, _ now: UInt64) -> UInt64? {
        if text == "now" { return now }
        func before(_ length: Substring) -> UInt64? { TimeLength.parse(length).map { now - min(now, $0) } }
        func after(_ length: Substring) -> UInt64? {
            TimeLength.parse(length).map { now.addingReportingOverflow($0) }.map {
                $0.overflow ? .max : $0.partialValue
            }
        }
        if text.hasPrefix("-") { return before(text.dropFirst()) }
        if text.hasPrefix("+") { return after(text.dropFirst()) }
        if text.hasSuffix(" ago") { return before(text.dropLast(4)) }
        return text.hasSuffix(" left") ? after(text.dropLast(5)) : nil
    }

    /// `@1700000000`, `@1700000000.5`
    private static func second(_ text: Substring) -> ClosedRange<UInt64>? {
        guard let number = DecimalNumber(text), let whole = number.whole, whole < UInt64.max / 1_000_000 else {
            return nil
        }
        return number.moments(whole * 1_000_000...whole * 1_000_000)
    }
}
