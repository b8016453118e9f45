internal import DOEWords

/// The connections whose client is still to be named: what is known of each is a uid, and one person can have 65,536
/// of them. So they are few for each, of a bounded number together, and for a short time; afterwards nobody counts by
/// uid. Pure; times are monotonic, in microseconds.
///
/// Where it is full nobody is accepted, and the others wait in the kernel's queue, in their order: who is named too
/// late is nobody, and a flood must not bring that upon others.
struct ArrivalStage {
    enum Answer: Hashable {
        case taken
        /// There is room where one of these goes, which are of the same uid; the first before the others.
        case instead(of: [UInt64])
        case refused(ClientLimit)
    }

    /// How many are named a second, of all: naming one takes a tenth of a millisecond.
    static let rate = 4_000
    /// How long to wait where it is full, microseconds.
    static let pause: UInt64 = 1_000

    private let limits: ClientLimits
    private var waiting: [AccountHolder: [UInt64]] = [:]
    private var whose: [UInt64: AccountHolder] = [:]
    private var buckets: [AccountHolder: TokenBucket] = [:]
    private var ofAll = TokenBucket(rate: rate, burst: rate)
    /// When more buckets than this are there, the full ones are dropped.
    private var crowd = 64

    init(_ limits: ClientLimits) { self.limits = limits }

    /// Until when nobody is to be accepted; `nil` where there is room.
    func restEnd(at now: UInt64) -> UInt64? {
        whose.count < limits.connectionsOfAll ? ofAll.nextToken(at: now) : now + Self.pause
    }

    /// Takes a connection in, of whom its uid alone is known.
    mutating func take(_ token: UInt64, of holder: AccountHolder, at now: UInt64) -> Answer {
        guard hasToken(holder, at: now) else { return .refused(.rate) }
        let own = waiting[holder] ?? []
        guard own.count < limits.connections else { return .instead(of: own) }
        put(token, of: holder, at: now)
        return .taken
    }

    /// Takes one in, be it in place of one that went.
    mutating func put(_ token: UInt64, of holder: AccountHolder, at now: UInt64) {
        _ = ofAll.take(at: now)
        waiting[holder, default: []].append(token)
        whose[token] = holder
    }

    /// It has been named, or will not be.
    mutating func giveBack(_ token: UInt64) {
        guard let holder = whose.removeValue(forKey: token) else { return }
        waiting[holder]?.removeAll { $0 == token }
        if waiting[holder]?.isEmpty == true { waiting[holder] = nil }
    }

    private mutating func hasToken(_ holder: AccountHolder, at now: UInt64) -> Bool {
        if buckets.count > crowd {
            buckets = buckets.filter { !$0.value.isFull(at: now) }
            crowd = max(64, buckets.count * 2)
        }
        return buckets[holder, default: TokenBucket(rate: limits.rate, burst: limits.burst)].take(at: now)
    }
}
