import DOEWords
import Testing

@Suite("Times as RFC 3339 has them")
struct TimestampTests {
    @Test(
        "is read as it is written",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01", 0), ("2000-02-29", 951_782_400),
            ("2026-11-28T17:00:00Z", 1_795_885_200), ("2026-11-28T18:30:00+01:30", 1_795_885_200),
            ("2026-11-28T12:00:00-05:00", 1_795_885_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, UInt64)])
    func read(_ text: String, _ seconds: UInt64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == seconds * 1_000_000)
    }

    @Test("every day from 1970 to 2400 is read back as it is printed")
    func days() {
        for day in 0..<157_000 as Range<UInt64> {
            let time = Timestamp(microseconds: day * 86_400_000_000)
            guard Timestamp(rfc3339: time.date) == time else {
                Issue.record("\(time.date)")
                return
            }
        }
    }

    @Test(
        "no other text is a time", arguments: ["", "2026", "2026-11-31", "2026-11-28 17:00:00", "1969-12-31T23:59:59Z"])
    func others(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }
}
