internal import DOEWords

/// The connections whose client is still to be named: what is known of each is a uid, and one person can have 65,536 of
/// them. So they are few for each, of a bounded number together, and for a short time; afterwards nobody counts by uid.
/// Pure; times are monotonic, in microseconds.
struct ArrivalStage {
    enum Answer: Hashable {
        /// It is in. Where there is a number, that one has had its time: it has been here for longest of who has most.
        case taken(late: UInt64?)
        /// There is room where one of these goes, which are of the same uid; the first before the others.
        case instead(of: [UInt64])
        case refused(ClientLimit)
    }

    private let limits: ClientLimits
    private var waiting: [AccountHolder: [UInt64]] = [:]
    private var whose: [UInt64: AccountHolder] = [:]
    private var buckets: [AccountHolder: TokenBucket] = [:]
    /// When more buckets than this are there, the full ones are dropped.
    private var crowd = 64

    init(_ limits: ClientLimits) { self.limits = limits }

    /// How many of this one are being named.
    func count(of holder: AccountHolder) -> Int { waiting[holder]?.count ?? 0 }

    /// Takes a connection in, of whom its uid alone is known.
    mutating func take(_ token: UInt64, of holder: AccountHolder, at now: UInt64) -> Answer {
        guard hasToken(holder, at: now) else { return .refused(.rate) }
        guard count(of: holder) < limits.connections else { return .instead(of: waiting[holder] ?? []) }
        return .taken(late: put(token, of: holder))
    }

    /// Takes a connection in, be it in place of one that went; the one that has had its time for it.
    mutating func put(_ token: UInt64, of holder: AccountHolder) -> UInt64? {
        let late = whose.count < limits.connectionsOfAll ? nil : longest
        if let late { giveBack(late) }
        waiting[holder, default: []].append(token)
        whose[token] = holder
        return late
    }

    /// It has been named, or will not be.
    mutating func giveBack(_ token: UInt64) {
        guard let holder = whose.removeValue(forKey: token) else { return }
        waiting[holder]?.removeAll { $0 == token }
        if waiting[holder]?.isEmpty == true { waiting[holder] = nil }
    }

    private var longest: UInt64? {
        waiting.values.max { ($0.count, $1.first ?? 0) < ($1.count, $0.first ?? 0) }?.first
    }

    private mutating func hasToken(_ holder: AccountHolder, at now: UInt64) -> Bool {
        if buckets.count > crowd {
            buckets = buckets.filter { !$0.value.isFull(at: now) }
            crowd = max(64, buckets.count * 2)
        }
        return buckets[holder, default: TokenBucket(rate: limits.rate, burst: limits.burst)].take(at: now)
    }
}
