public import DOEWords
internal import Synchronization

/// What each holder sends and has under way, held against the limits. Times are monotonic, in microseconds.
public final class ClientAccounts: Sendable {
    /// What became of a frame or a connection that costs a token.
    enum Payment: Hashable {
        case paid
        /// It counts from then on.
        case due(UInt64)
        case refused
    }

    private struct Account {
        var openExchanges = 0
        var bucket: TokenBucket

        func isForgettable(at now: UInt64) -> Bool { openExchanges == 0 && bucket.isFull(at: now) }
    }

    private struct State {
        var accounts: [AccountHolder: Account] = [:]
        var refused: [ClientLimit: UInt64] = [:]
        var ended: UInt64 = 0
        /// When more accounts than this are there, those that say nothing are dropped.
        var crowd = 64

        /// An account outlives its connections until its bucket is full, or a new connection would begin with a new
        /// burst.
        mutating func forget(at now: UInt64) {
            guard accounts.count > crowd else { return }
            accounts = accounts.filter { !$0.value.isForgettable(at: now) }
            crowd = max(64, accounts.count * 2)
        }
    }

    /// How long a connection may wait for its token, microseconds.
    private static let longestWait: UInt64 = 1_000_000

    /// What bounds each holder.
    public let limits: ClientLimits
    private let state = Mutex(State())

    /// Accounts of nobody yet.
    public init(_ limits: ClientLimits = ClientLimits()) { self.limits = limits }

    /// How often each limit has refused something so far.
    public var refused: [ClientLimit: UInt64] { state.withLock { $0.refused } }

    /// How many connections that rested were ended so far, since somebody else had none.
    public var ended: UInt64 { state.withLock { $0.ended } }

    /// A limit has refused something.
    func note(_ limit: ClientLimit) { state.withLock { $0.refused[limit, default: 0] += 1 } }

    /// A connection that rested was ended, since its place was needed.
    func noteEnd() { state.withLock { $0.ended += 1 } }

    /// A connection of this holder has come. It waits for its token rather than be refused, as long as that is not
    /// far.
    func payForConnection(of holder: AccountHolder, at now: UInt64) -> Payment {
        state.withLock { $0.forget(at: now) }
        return withAccount(holder) { account in
            if let next = account.bucket.nextToken(at: now), next > now + Self.longestWait {
                _ = account.bucket.take(at: now)
                return .refused
            }
            return account.bucket.reserve(at: now).map { .due($0) } ?? .paid
        }
    }

    /// A frame of this holder has come. Who sends nothing ahead may wait for his token: it is his then, and nobody
    /// gets it before him.
    func payForFrame(of holder: AccountHolder, at now: UInt64, mayWait: Bool) -> Payment {
        withAccount(holder) { account in
            if mayWait { return account.bucket.reserve(at: now).map { .due($0) } ?? .paid }
            return account.bucket.take(at: now) ? .paid : .refused
        }
    }

    /// Takes a token for a frame; whether there was one.
    func takeFrame(of holder: AccountHolder, at now: UInt64) -> Bool {
        payForFrame(of: holder, at: now, mayWait: false) == .paid
    }

    /// From when on this holder has a token; `nil` where he has one now.
    func nextToken(of holder: AccountHolder, at now: UInt64) -> UInt64? {
        state.withLock { $0.accounts[holder]?.bucket.nextToken(at: now) }
    }

    /// Counts an exchange of this holder, with a request of so many bytes; the limit where it is to be refused. It
    /// counts in any case, until `endExchange`.
    func beginExchange(of holder: AccountHolder, bytes: Int, hadToken: Bool) -> ClientLimit? {
        let share = limits.share(of: holder)
        let limit: ClientLimit? = withAccount(holder) { account in
            defer { account.openExchanges += 1 }
            return !hadToken
                ? .rate
                : bytes > share.requestBytes
                    ? .requestSize : account.openExchanges >= share.openExchanges ? .openExchanges : nil
        }
        if let limit { note(limit) }
        return limit
    }

    /// An exchange of this holder has its answer.
    func endExchange(of holder: AccountHolder) { withAccount(holder) { $0.openExchanges -= 1 } }

    /// Why this limit refuses what this holder wants; of connections he has so many.
    func sentence(
        _ limit: ClientLimit, of holder: AccountHolder, bytes: Int = 0, connections: Int = 0
    ) -> String {
        let share = limits.share(of: holder)
        return switch limit {
        case .rate: "\(holder) sends more than \(share.rate) frames a second"
        case .openExchanges: "\(holder) has \(share.openExchanges) exchanges open already"
        case .requestSize: "the request has \(bytes) bytes, and \(holder) may send \(share.requestBytes)"
        case .connections:
            "\(holder) has \(connections) connections open already, "
                + (connections >= share.connections
                    ? "as many as it may at a time"
                    : "and of the \(limits.connectionsOfAll) of all users none rests whose place it could have")
        }
    }

    private func withAccount<Result>(_ holder: AccountHolder, _ body: (inout Account) -> Result) -> Result {
        let share = limits.share(of: holder)
        return state.withLock { state in
            body(&state.accounts[holder, default: Account(bucket: TokenBucket(rate: share.rate, burst: share.burst))])
        }
    }
}
