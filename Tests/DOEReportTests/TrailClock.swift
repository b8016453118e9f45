import DOERecord
import TestSupport

/// When each record of a made-up trail was opened: exchanges that took long, refusals that were counted for longer,
/// and a clock that may be set, so that a record's time and its number tell two orders.
struct TrailClock {
    private let isSet: Bool
    private var now: Int64 = 1_772_330_400
    private var offset: Int64 = 0

    /// `isSet` says whether somebody sets it, ahead and back.
    init(isSet: Bool) { self.isSet = isSet }

    mutating func stamp(_ record: inout Record, _ random: inout SeededGenerator) {
        now += Int64.random(in: random.once(in: 2) ? 1...20 : 100...900, using: &random)
        if isSet, random.once(in: 4) { offset = [0, 3600, -3600].randomElement(using: &random) ?? 0 }
        var time = now + offset
        if random.once(in: 3) {
            record[.count] = "7"
            record[.last] = String(time * 1_000_000)
            time -= Int64.random(in: 0...2000, using: &random)
            record[.first] = String(time * 1_000_000)
        } else if random.once(in: 4) {
            time -= Int64.random(in: 1...100, using: &random)
        }
        record[.time] = String(time * 1_000_000)
    }
}
