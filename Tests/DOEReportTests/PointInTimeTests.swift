import DOELinux
import DOEReport
import DOEWords
import TestSupport
import Testing

@Suite("A point in time as an operator writes it")
struct PointInTimeTests {
    /// 2026-11-22 18:55:30 UTC, a Sunday.
    private let now: UInt64 = 1_795_373_730_000_000
    private static let second: UInt64 = 1_000_000

    private func parse(_ text: String, _ zone: ZoneClock = .utc) -> ClosedRange<UInt64>? {
        PointInTime.parse(text, now: now, zone: zone)
    }

    /// The moment that a text stands for alone.
    private func moment(_ text: String) -> UInt64? {
        parse(text).flatMap { $0.lowerBound == $0.upperBound ? $0.lowerBound : nil }
    }

    @Test(
        "a time before now",
        arguments: [
            ("now", 0), ("-90s", 90), ("-30m", 1800), ("-30min", 1800), ("-2h", 7200), ("-7d", 604_800),
            ("-1w", 604_800), ("-0m", 0), ("-5", 5), ("-1h30m", 5400), ("-1h 30min", 5400), ("-1.5h", 5400),
            ("2 days ago", 172_800), ("1 hour 1 second ago", 3601), ("-1M", 2_629_800), ("-1y", 31_557_600),
        ] as [(String, UInt64)])
    func before(_ text: String, _ seconds: UInt64) {
        #expect(moment(text) == now - seconds * Self.second)
    }

    @Test("longer ago than there is time is the beginning of time, not a trap")
    func longAgo() {
        for text in ["-4000w", "-4294967295w", "-18446744073709551615w", "-99999999999999999999w", "9999999 years ago"]
        {
            #expect(moment(text) == 0, "\(text)")
        }
        #expect(PointInTime.parse("-1d", now: 0) == 0...0)
        #expect(moment("+99999999999999999999w") == .max)
    }

    @Test("seconds since 1970")
    func epoch() {
        #expect(parse("@0") == 0...999_999)
        #expect(parse("@1795373730") == now...now + 999_999)
        #expect(moment("@1795373730.25") == now + 250_000)
        #expect(parse("@18446744073709551615") == nil)
    }

    @Test("a day that the calendar does not have, and a number with a sign, are no time")
    func impossible() {
        for text in ["2026-02-31", "2026-04-31 10:00", "-+5m", "@+5", "--5m"] { #expect(parse(text) == nil, "\(text)") }
    }

    @Test("days and times of the zone that is meant")
    func days() {
        let midnight = now - (18 * 3600 + 55 * 60 + 30) * Self.second
        #expect(moment("today") == midnight && moment("today UTC") == midnight && moment("2026-11-22") == midnight)
        #expect(moment("yesterday") == midnight - 86_400 * Self.second)
        #expect(moment("tomorrow") == midnight + 86_400 * Self.second)
        #expect(moment("12:00") == midnight + 43_200 * Self.second)
        #expect(moment("yesterday 12:00") == midnight - 43_200 * Self.second)
        #expect(moment("26-11-22 9:05") == midnight + (9 * 60 + 5) * 60 * Self.second)
        // In Auckland it is the next day already.
        let auckland = ZoneClock.fixed(east: 46_800)
        #expect(parse("today", auckland)?.lowerBound == midnight + 11 * 3600 * Self.second)
        #expect(parse("today UTC", auckland)?.lowerBound == midnight)
        for text in ["Sun 2026-11-22", "sunday 2026-11-22", "SUN 00:00"] {
            #expect(moment(text) == midnight, "\(text)")
        }
        for text in ["Mon 2026-11-22", "Sat 00:00", "Su 2026-11-22"] { #expect(parse(text) == nil, "\(text)") }
    }

    @Test("a zone behind a time, in each form")
    func zones() {
        let noon = now - (6 * 3600 + 55 * 60 + 30) * Self.second
        for text in [
            "2026-11-22 12:00 UTC", "2026-11-22 12:00 utc", "2026-11-22T12:00Z", "2026-11-22 12:00Z",
            "2026-11-22 13:00+01:00", "2026-11-22 13:00 +0100", "2026-11-22T13:00+01", "2026-11-22 04:30 -07:30",
            "Sun 2026-11-22 12:00 UTC",
        ] {
            #expect(PointInTime.parse(text, now: now, zone: .fixed(east: 12_345)) == noon...noon, "\(text)")
        }
        for text in ["+1:00", "+01:0", "+01:", "+24:00", "+01:60", "+0:100", "+010", "CET", "Z0", "UTC UTC"] {
            #expect(parse("2026-11-22 12:00 \(text)") == nil, "\(text)")
        }
    }

    @Test("seconds without a fraction are the whole second, with one they are exact")
    func fractions() {
        #expect(parse("2026-11-22 18:55:30") == now...now + 999_999)
        #expect(moment("2026-11-22 18:55:30.5") == now + 500_000)
        #expect(moment("2026-11-22T18:55:30.000001Z") == now + 1)
        #expect(moment("2026-11-22 18:55:30.123456789 UTC") == now + 123_456)
    }

    @Test(
        "any other text is none",
        arguments: [
            "", " ", "-", "-m", "-5x", "-x5m", "--5m", "@", "@x", "@-5", "@5.", "2026", "ago", " ago", "2 ago days",
            "2026-11", "2026-13-01", "2026-00-01", "2026-11-32", "2026-11-00", "1969-01-01", "10000-01-01",
            "2026-11-22 24:00", "2026-11-22 20:60", "2026-11-22 20", "2026-11-22 20:15:60", "2026-11-22 20:15:30:1",
            "2026-11-22 20:15 x", "2026--11-22", "٢٠٢٦-11-22", "99999999999999999999-01-01", "2026-11-22T",
            "2026-11-22 20:15:30.", "2026-11-22 20:15:30.1234567890", "12:00 2026-11-22", "-1h.", "-.5h", "-1..5h",
        ])
    func others(_ text: String) {
        #expect(parse(text) == nil)
    }
}

@Suite("Times across changes of the clock, and times that were printed")
struct ZonedTimeTests {
    private static let second: UInt64 = 1_000_000

    /// Moments around every change of a zone, and anywhere.
    private func moments(_ zone: MadeUpZone) -> [Int] {
        var random = SeededGenerator(seed: 7)
        let near = zone.changes.dropFirst().flatMap { change in
            stride(from: -9_000, through: 9_000, by: 900).map { change.from + $0 }
        }
        return near + (0..<100).map { _ in Int.random(in: 1_000_000..<4_000_000_000, using: &random) / 60 * 60 }
    }

    @Test("what is printed can be given back, in whatever zone", arguments: MadeUpZone.all)
    func printed(_ zone: MadeUpZone) throws {
        var random = SeededGenerator(seed: 11)
        for moment in moments(zone) {
            let microseconds = UInt64(moment) * Self.second + UInt64.random(in: 0..<Self.second, using: &random)
            let stamp = Timestamp(microseconds: microseconds)
            let exact = PointInTime.parse(stamp.text, now: microseconds, zone: zone.clock)
            #expect(exact == microseconds...microseconds, "\(stamp.text)")
            let whole = microseconds / Self.second * Self.second
            // Both ends of a window around what was printed hold what is of that second.
            let point = PointInTime.parse(stamp.point, now: microseconds, zone: zone.clock)
            #expect(point == whole...whole + 999_999, "\(stamp.point)")
            let ends = Timestamp.span(stamp, Timestamp(microseconds: microseconds + 90 * Self.second))
                .split(separator: " to ").map { PointInTime.parse(String($0), now: 0, zone: zone.clock) }
            #expect(ends == [point, (whole + 90 * Self.second)...(whole + 91 * Self.second - 1)])
        }
    }

    @Test(
        "a time that the clocks show twice begins with the earlier moment and ends with the later",
        arguments: MadeUpZone.all)
    func shown(_ zone: MadeUpZone) throws {
        let clock = zone.clock
        for moment in moments(zone) {
            let shown = Timestamp(microseconds: UInt64(clock.shown(at: moment)) * Self.second)
            let text = "\(shown.date) \(shown.clock.dropLast(3))"
            // Whatever day it is: no state of an earlier question counts.
            for now in [UInt64(moment) * Self.second, 0, 4_000_000_000 * Self.second] {
                let found = try #require(PointInTime.parse(text, now: now, zone: clock), "\(text)")
                let naive = (-2880...2880).map { moment + $0 * 60 }.filter {
                    clock.shown(at: $0) == clock.shown(at: moment)
                }
                let first = try #require(naive.min())
                let last = try #require(naive.max())
                #expect(found == UInt64(first) * Self.second...UInt64(last) * Self.second, "\(text)")
            }
        }
    }

    @Test("a time that the clocks leave out lies at the change", arguments: MadeUpZone.all)
    func leftOut(_ zone: MadeUpZone) throws {
        for (before, after) in zip(zone.changes, zone.changes.dropFirst()) where after.east > before.east {
            for left in stride(from: after.from + before.east, to: after.from + after.east, by: 900) {
                let shown = Timestamp(microseconds: UInt64(left) * Self.second)
                let text = "\(shown.date) \(shown.clock)"
                let found = try #require(PointInTime.parse(text, now: 0, zone: zone.clock), "\(text)")
                #expect(found.contains(UInt64(after.from) * Self.second), "\(text)")
                guard before.name.allSatisfy(\.isLetter) else { continue }
                #expect(PointInTime.parse("\(text) \(before.name)", now: 0, zone: zone.clock) == nil)
            }
        }
    }

    @Test("the zone's name of a season, or an offset, makes an hour that happens twice exact")
    func named() throws {
        let berlin = try #require(MadeUpZone.all.first { $0.testDescription == "Berlin" }).clock
        let first: UInt64 = 1_792_888_200 * Self.second
        func parse(_ text: String) -> ClosedRange<UInt64>? { PointInTime.parse(text, now: 0, zone: berlin) }
        #expect(parse("2026-10-25 02:30") == first...first + 3_600 * Self.second)
        #expect(parse("2026-10-25 02:30 CEST") == first...first)
        #expect(parse("2026-10-25 02:30 cet") == first + 3_600 * Self.second...first + 3_600 * Self.second)
        #expect(parse("2026-10-25 02:30+02:00") == first...first)
        #expect(parse("2026-10-25 01:30 CET") == nil)
    }
}
