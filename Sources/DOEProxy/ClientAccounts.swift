public import DOEWords
internal import Synchronization

/// What each user has taken, held against the limits. A connection counts until it is closed and the exchange that it
/// asked for has ended. Times are monotonic, in microseconds.
public final class ClientAccounts: Sendable {
    private struct Account {
        var connections = 0
        var openExchanges = 0
        var bucket: TokenBucket

        func isForgettable(at now: UInt64) -> Bool {
            connections == 0 && openExchanges == 0 && bucket.isFull(at: now)
        }
    }

    private struct State {
        var accounts: [UInt32: Account] = [:]
        var refused: [ClientLimit: UInt64] = [:]
        /// When more accounts than this are there, those that say nothing are dropped.
        var crowd = 64

        var othersConnections: Int { accounts.reduce(0) { $0 + ($1.key == 0 ? 0 : $1.value.connections) } }

        /// An account outlives its connections until its bucket is full, or a new connection would begin with a new
        /// burst.
        mutating func forget(at now: UInt64) {
            guard accounts.count > crowd else { return }
            accounts = accounts.filter { !$0.value.isForgettable(at: now) }
            crowd = max(64, accounts.count * 2)
        }
    }

    /// What bounds each user.
    public let limits: ClientLimits
    private let state = Mutex(State())

    /// Accounts of nobody yet.
    public init(_ limits: ClientLimits = ClientLimits()) { self.limits = limits }

    /// How often each limit has refused something so far.
    public var refused: [ClientLimit: UInt64] { state.withLock { $0.refused } }

    /// Counts a connection of this user; the limit where it is refused, and not counted.
    func admitConnection(of uid: UInt32, at now: UInt64) -> ClientLimit? {
        let share = limits.share(of: uid)
        return state.withLock { state in
            state.forget(at: now)
            var account = state.accounts[uid] ?? Account(bucket: TokenBucket(rate: share.rate, burst: share.burst))
            let hadToken = account.bucket.take(at: now)
            let fits =
                account.connections < share.connections
                && (uid == 0 || state.othersConnections < limits.connectionsOfAll)
            let limit: ClientLimit? = !fits ? .connections : hadToken ? nil : .rate
            if let limit { state.refused[limit, default: 0] += 1 } else { account.connections += 1 }
            state.accounts[uid] = account
            return limit
        }
    }

    /// One connection of this user less.
    func releaseConnection(of uid: UInt32) { change(uid) { $0.connections -= 1 } }

    /// A user's frame has come; whether there was a token for it.
    func takeFrame(of uid: UInt32, at now: UInt64) -> Bool {
        state.withLock { $0.accounts[uid]?.bucket.take(at: now) ?? false }
    }

    /// From when on this user has a token; `nil` where he has one now.
    func nextToken(of uid: UInt32, at now: UInt64) -> UInt64? {
        state.withLock { $0.accounts[uid]?.bucket.nextToken(at: now) }
    }

    /// Counts an exchange of this user, with a request of so many bytes; the limit where it is to be refused. It counts
    /// in any case, until `endExchange`.
    func beginExchange(of uid: UInt32, bytes: Int, hadToken: Bool) -> ClientLimit? {
        let share = limits.share(of: uid)
        return state.withLock { state in
            let open = state.accounts[uid]?.openExchanges ?? 0
            state.accounts[uid]?.openExchanges = open + 1
            let limit: ClientLimit? =
                !hadToken
                ? .rate : bytes > share.requestBytes ? .requestSize : open >= share.openExchanges ? .openExchanges : nil
            if let limit { state.refused[limit, default: 0] += 1 }
            return limit
        }
    }

    /// An exchange of this user has its answer.
    func endExchange(of uid: UInt32) { change(uid) { $0.openExchanges -= 1 } }

    /// Why this limit refuses what this user wants.
    func sentence(_ limit: ClientLimit, of uid: UInt32, bytes: Int = 0) -> String {
        let share = limits.share(of: uid)
        let user = uid == .max ? "a user without a name" : "uid \(uid)"
        return switch limit {
        case .rate: "\(user) sends more than \(share.rate) frames a second"
        case .openExchanges: "\(user) has \(share.openExchanges) exchanges open already"
        case .requestSize: "the request has \(bytes) bytes, and \(user) may send \(share.requestBytes)"
        case .connections:
            uid == 0
                ? "\(user) has \(share.connections) connections open already"
                : "\(user) has \(share.connections) connections open already, or all users \(limits.connectionsOfAll)"
        }
    }

    private func change(_ uid: UInt32, _ change: (inout Account) -> Void) {
        state.withLock { state in
            guard var account = state.accounts[uid] else { return }
            change(&account)
            state.accounts[uid] = account
        }
    }
}
