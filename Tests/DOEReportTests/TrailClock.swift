import DOERecord
import TestSupport

/// When each record of a made-up trail was opened: exchanges that took long, refusals that were counted for longer,
/// and a clock that may be set, so that a record's time and its number tell two orders.
struct TrailClock {
    /// What is done to it meanwhile.
    enum Setting: CaseIterable {
        case nothing
        /// Somebody sets it, ahead and back.
        case byAnHour
        /// The machine has no clock of its own: a boot begins in 1970, until the network has told the time.
        case to1970
    }

    private let setting: Setting
    private var now: Int64 = 1_772_330_400
    private var offset: Int64 = 0

    init(_ setting: Setting) { self.setting = setting }

    private mutating func set(_ random: inout SeededGenerator) {
        guard setting != .nothing, random.once(in: 4) else { return }
        switch setting {
        case .nothing: break
        case .byAnHour: offset = [0, 3600, -3600].randomElement(using: &random) ?? 0
        case .to1970: offset = offset == 0 ? Int64.random(in: 1...200, using: &random) - now : 0
        }
    }

    mutating func stamp(_ record: inout Record, _ random: inout SeededGenerator) {
        now += Int64.random(in: random.once(in: 2) ? 1...20 : 100...900, using: &random)
        set(&random)
        var time = now + offset
        if random.once(in: 3) {
            record[.count] = "7"
            record[.last] = String(time * 1_000_000)
            time = max(time - Int64.random(in: 0...2000, using: &random), 1)
            record[.first] = String(time * 1_000_000)
        } else if random.once(in: 4) {
            time = max(time - Int64.random(in: 1...100, using: &random), 1)
        }
        record[.time] = String(time * 1_000_000)
    }
}
