internal import DOELinux
internal import DOEWords

/// A date, a time or both as the clocks of a zone show them, with the zone that is named behind them.
struct WallClockTime {
    private enum Day {
        case date(Int)
        /// So many days after the one that it is in the zone.
        case fromToday(Int)
    }

    private enum Zone {
        case named(ZoneClock)
        /// The zone's own name for one half of the year: `CEST`.
        case called(String)
        case unnamed
    }

    private var weekday: Int?
    private var zone = Zone.unnamed
    private var day = Day.fromToday(0)
    private var secondOfDay = 0
    /// Seconds of the minute where the text gives them.
    private var seconds: DecimalNumber?

    /// `2026-11-22`, `20:15:30.5`, `Sun 2026-11-22 20:15 UTC`, `2026-11-22T20:15:30+01:00`, `yesterday 12:00`; `nil` for
    /// a text that has no such form.
    init?(_ text: String) {
        var words = text.split(separator: " ")
        if words.count > 1, let weekday = Self.weekdays.firstIndex(where: { $0.isName(words[0]) }) {
            self.weekday = weekday
            words.removeFirst()
        }
        if let first = words.first, let place = first.firstIndex(of: "T"), first.first?.isNumber == true {
            words.replaceSubrange(0..<1, with: [first[..<place], first[first.index(after: place)...]])
        }
        takeZone(&words)
        guard (1...2).contains(words.count) else { return nil }
        if let day = Self.day(words[0]) {
            self.day = day
            words.removeFirst()
        }
        guard words.count <= 1, words.first.map({ takeClock($0) }) ?? true else { return nil }
    }

    /// When the clocks of the zone that is named, else of this one, show it.
    func moments(now: UInt64, zone local: ZoneClock) -> ClosedRange<UInt64>? {
        var (clock, name) = (local, String?.none)
        switch zone {
        case .named(let zone): clock = zone
        case .called(let word): name = word
        case .unnamed: break
        }
        let date: Int
        switch day {
        case .date(let number): date = number
        case .fromToday(let days): date = clock.shown(at: Int(now / 1_000_000)) / 86_400 + days
        }
        // 1970 began on a Thursday.
        guard weekday == nil || weekday == (date + 4) % 7 else { return nil }
        guard let found = clock.moments(showing: date * 86_400 + secondOfDay, named: name) else { return nil }
        let whole = microseconds(found.lowerBound)...microseconds(found.upperBound)
        return seconds?.moments(whole) ?? whole
    }

    private func microseconds(_ moment: Int) -> UInt64 { UInt64(max(moment, 0)) * 1_000_000 }

    /// A zone is a word of its own, or stands right behind the time.
    private mutating func takeZone(_ words: inout [Substring]) {
        guard let last = words.last else { return }
        if words.count > 1 {
            if let clock = Self.zone(last) {
                zone = .named(clock)
                words.removeLast()
            } else if last.allSatisfy({ $0.isASCII && $0.isLetter }) {
                zone = .called(last.uppercased())
                words.removeLast()
            }
        }
        guard case .unnamed = zone, last.contains(":"),
            let place = last.firstIndex(where: { "Zz+-".contains($0) }), let clock = Self.zone(last[place...])
        else { return }
        zone = .named(clock)
        words[words.count - 1] = last[..<place]
    }

    /// `UTC`, `Z`, `+01:00`, `-0500`, `+01`
    private static func zone(_ text: Substring) -> ZoneClock? {
        if ["UTC", "Z"].contains(text.uppercased()) { return .utc }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let hasColon = text.count == 6 && text.dropFirst(3).first == ":"
        let digits = text.dropFirst().prefix(2) + text.dropFirst(hasColon ? 4 : 3)
        guard [2, 4].contains(digits.count), DecimalNumber.isDigits(digits), let hours = Int(digits.prefix(2)),
            let minutes = Int("0" + digits.dropFirst(2)), hours < 24, minutes < 60
        else { return nil }
        let east = hours * 3600 + minutes * 60
        return .fixed(east: sign == "+" ? east : -east)
    }

    private static func day(_ text: Substring) -> Day? {
        switch text {
        case "today": return .fromToday(0)
        case "yesterday": return .fromToday(-1)
        case "tomorrow": return .fromToday(1)
        default: break
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, [2, 4].contains(parts[0].count), parts.allSatisfy(DecimalNumber.isDigits),
            parts.dropFirst().allSatisfy({ $0.count <= 2 }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
        else { return nil }
        // As strptime(3) reads a year of two digits.
        let fullYear = parts[0].count == 4 ? year : year < 69 ? 2000 + year : 1900 + year
        let number = Timestamp.days(fullYear, month, day)
        // 31 February would be a day of March; an operator who writes that means something else.
        guard number >= 0, Timestamp.civilDate(day: number) == (fullYear, month, day) else { return nil }
        return .date(number)
    }

    /// `20:15`, `20:15:30`, `20:15:30.5`
    private mutating func takeClock(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count),
            parts.prefix(2).allSatisfy({ DecimalNumber.isDigits($0) && $0.count <= 2 }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return false }
        secondOfDay = hour * 3600 + minute * 60
        guard parts.count == 3 else { return true }
        guard let second = DecimalNumber(parts[2]), let whole = second.whole, whole < 60,
            parts[2].prefix(while: { $0 != "." }).count <= 2
        else { return false }
        secondOfDay += Int(whole)
        seconds = second
        return true
    }

    /// In the order in which they are counted from Sunday.
    private static let weekdays = [
        WeekdayName("sunday"), WeekdayName("monday"), WeekdayName("tuesday"), WeekdayName("wednesday"),
        WeekdayName("thursday"), WeekdayName("friday"), WeekdayName("saturday"),
    ]
}

/// A day of the week; its first three letters are a name too.
private struct WeekdayName {
    private let name: String

    init(_ name: String) { self.name = name }

    func isName(_ word: Substring) -> Bool {
        let word = word.lowercased()
        return word == name || word == name.prefix(3)
    }
}
