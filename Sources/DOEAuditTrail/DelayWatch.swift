/// Finds out when records wait too long for the journal, and tells it once until it is over. Pure; times are
/// microseconds on a clock that never goes back.
///
/// Too long: the first of them has waited for a minute, whether it was handed over or not, or half of the ring waits and
/// the first of them for five seconds, since a mere burst is no delay. It is over when neither is near any more, so that
/// a journal on the edge does not make one report after the other.
struct DelayWatch: Sendable {
    /// How long a record may wait.
    static let limit: UInt64 = 60_000_000

    /// What is too much.
    enum Finding: Hashable, Sendable {
        case waiting(microseconds: UInt64)
        case filling
    }

    private let limit: UInt64
    private let slotCount: Int
    /// Whether records are delayed now.
    private(set) var isDelayed = false

    init(slotCount: Int, limit: UInt64 = DelayWatch.limit) {
        self.slotCount = slotCount
        self.limit = limit
    }

    /// What has begun to be too much: `count` records wait, the first of them `since`. `nil` where nothing is, and
    /// where it was told before.
    mutating func look(since: UInt64?, count: Int, now: UInt64) -> Finding? {
        let age = since.map { now - min(now, $0) } ?? 0
        if isDelayed {
            isDelayed = age >= limit / 2 || count > slotCount / 4
            return nil
        }
        let isFilling = count * 2 >= slotCount && age >= limit / 12
        let finding: Finding? = age >= limit ? .waiting(microseconds: age) : isFilling ? .filling : nil
        isDelayed = finding != nil
        return finding
    }
}
