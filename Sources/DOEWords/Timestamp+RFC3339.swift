extension Timestamp {
    /// Reads a time as RFC 3339 has it, to the second: `2027-01-31T18:00:00Z`, `2027-01-31T18:00:00+01:00`; or a date alone
    /// (its `full-date`), which stands for its first moment in UTC. Any other text, and a time before 1970, is `nil`.
    public init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let year = Self.number(bytes, at: 0, digits: 4), let month = Self.number(bytes, at: 5, digits: 2),
            let day = Self.number(bytes, at: 8, digits: 2), Self.stands("-", bytes, at: 4),
            Self.stands("-", bytes, at: 7),
            year >= 1970, (1...12).contains(month), day >= 1
        else { return nil }
        var seconds = Self.days(year, month, day) * 86_400
        if bytes.count > 10 {
            guard let clock = Self.clock(bytes), let offset = Self.offset(bytes) else { return nil }
            seconds += clock - offset
        }
        guard seconds >= 0 else { return nil }
        self.init(microseconds: UInt64(seconds) * 1_000_000)
        // 31 February would be a day of March.
        let civil = Timestamp(microseconds: UInt64(Self.days(year, month, day)) * 86_400_000_000)
        guard civil.date.utf8.elementsEqual(bytes.prefix(10)) else { return nil }
    }

    /// `T18:00:00`, in seconds.
    private static func clock(_ bytes: [UInt8]) -> Int? {
        guard stands("T", bytes, at: 10), stands(":", bytes, at: 13), stands(":", bytes, at: 16),
            let hour = number(bytes, at: 11, digits: 2), let minute = number(bytes, at: 14, digits: 2),
            let second = number(bytes, at: 17, digits: 2), hour < 24, minute < 60, second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// `Z` or `+01:00` at the end, in seconds east.
    private static func offset(_ bytes: [UInt8]) -> Int? {
        if bytes.count == 20, stands("Z", bytes, at: 19) { return 0 }
        guard bytes.count == 25, stands(":", bytes, at: 22), let hour = number(bytes, at: 20, digits: 2),
            let minute = number(bytes, at: 23, digits: 2), hour < 24, minute < 60
        else { return nil }
        let east = hour * 3600 + minute * 60
        return stands("+", bytes, at: 19) ? east : stands("-", bytes, at: 19) ? -east : nil
    }

    private static func stands(_ character: Unicode.Scalar, _ bytes: [UInt8], at index: Int) -> Bool {
        index < bytes.count && bytes[index] == UInt8(ascii: character)
    }

    private static func number(_ bytes: [UInt8], at index: Int, digits: Int) -> Int? {
        guard index + digits <= bytes.count else { return nil }
        var number = 0
        for byte in bytes[index..<(index + digits)] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }

    /// Days since 1970-01-01 of a Gregorian date; as ``date`` does it, years are counted from March.
    package static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let monthFromMarch = month <= 2 ? month + 9 : month - 3
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    }
}
