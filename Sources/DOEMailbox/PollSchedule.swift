/// How long to wait before the next look at the status register: not at all at first, then longer and longer.
///
/// A fast device answers within the first reads. A slow one is asked no more often than Linux asks, every 8 ms.
struct PollSchedule {
    private static let immediate = 4
    private static let steps: [UInt64] = [10, 20, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400]
    private static let longest: UInt64 = 8_000

    private let start: UInt64
    private let limit: UInt64
    private var looks = 0

    /// A schedule that ends `limit` microseconds after `start`.
    init(from start: UInt64, limit: UInt64) {
        self.start = start
        self.limit = limit
    }

    /// What comes after a look that did not see what was waited for.
    enum Step: Equatable {
        /// Look again at once.
        case look
        /// Look again after so many microseconds, at the limit at the latest.
        case wait(UInt64)
        /// The time is over, and the last look was not before its end.
        case over
    }

    mutating func next(at now: UInt64) -> Step {
        let elapsed = now &- start
        guard elapsed < limit else { return .over }
        looks += 1
        if looks < Self.immediate { return .look }
        let index = looks - Self.immediate
        let wait = index < Self.steps.count ? Self.steps[index] : Self.longest
        return .wait(min(wait, limit - elapsed))
    }
}
