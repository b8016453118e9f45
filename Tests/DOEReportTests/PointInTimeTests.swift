import DOEReport
import Testing

@Suite("A point in time as an operator writes it")
struct PointInTimeTests {
    /// 2026-11-22, somewhere in the evening in Europe.
    private let now: UInt64 = 1_795_376_130_000_000

    private func parse(_ text: String) -> UInt64? { PointInTime.parse(text, now: now) }

    @Test(
        "a time before now",
        arguments: [("-90s", 90), ("-30m", 1800), ("-2h", 7200), ("-7d", 604_800), ("-1w", 604_800), ("-0m", 0)]
            as [(String, UInt64)])
    func before(_ text: String, _ seconds: UInt64) {
        #expect(parse(text) == now - seconds * 1_000_000)
    }

    @Test("longer ago than there is time is the beginning of time, not a trap")
    func longAgo() {
        #expect(parse("-4000w") == 0)
        #expect(parse("-4294967295w") == 0)
        #expect(parse("-18446744073709551615w") == 0)
        #expect(PointInTime.parse("-1d", now: 0) == 0)
    }

    @Test("seconds since 1970")
    func epoch() {
        #expect(parse("@0") == 0)
        #expect(parse("@1795376130") == now)
        #expect(parse("@18446744073709551615") == nil)
    }

    @Test("a day that the calendar does not have, and a number with a sign, are no time")
    func impossible() {
        for text in ["2026-02-31", "2026-04-31 10:00", "-+5m", "@+5", "--5m"] { #expect(parse(text) == nil, "\(text)") }
    }

    @Test("today and yesterday are midnights, at most so far back as days are long")
    func days() throws {
        let today = try #require(parse("today"))
        let yesterday = try #require(parse("yesterday"))
        let hour: UInt64 = 3_600_000_000
        #expect(today <= now && now - today < 25 * hour)
        #expect((23...25).contains((today - yesterday) / hour))
    }

    @Test("a date with or without a time, in local time")
    func dates() throws {
        let day = try #require(parse("2026-11-22"))
        #expect(parse("2026-11-22 00:00") == day && parse("2026-11-22T00:00:00") == day)
        #expect(parse("2026-11-22 20:15") == day + (20 * 60 + 15) * 60_000_000)
        #expect(parse("2026-11-22 20:15:30") == day + ((20 * 60 + 15) * 60 + 30) * 1_000_000)
    }

    @Test(
        "any other text is none",
        arguments: [
            "", " ", "-", "-m", "-5", "-5y", "-x5m", "--5m", "@", "@x", "@-5", "now", "2026",
            "2026-11", "2026-13-01", "2026-00-01", "2026-11-32", "2026-11-00", "1969-01-01", "10000-01-01",
            "2026-11-22 24:00", "2026-11-22 20:60", "2026-11-22 20", "2026-11-22 20:15:60", "2026-11-22 20:15:30:1",
            "2026-11-22 20:15 x", "2026--11-22", "٢٠٢٦-11-22", "99999999999999999999-01-01",
        ])
    func others(_ text: String) {
        #expect(parse(text) == nil)
    }
}
