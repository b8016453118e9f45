internal import Synchronization

/// How many connections there may be at a time, so that no user can take all descriptors, all memory or a mailbox's
/// whole queue from the others. A connection counts until it is closed and the exchange that it asked for has ended.
public final class ConnectionLimits: Sendable {
    /// How many one user may have.
    public static let perUser = 32
    /// How many all users but root may have together.
    public static let allUsers = 256
    /// How many root may have. They do not count with the others', so that others cannot shut root out.
    public static let root = 256

    private struct Counts {
        var byUser: [UInt32: Int] = [:]
        var refused: UInt64 = 0

        var others: Int { byUser.reduce(0) { $0 + ($1.key == 0 ? 0 : $1.value) } }
    }

    private let counts = Mutex(Counts())

    /// Limits without connections.
    public init() {}

    /// How many connections have been refused so far.
    public var refused: UInt64 { counts.withLock { $0.refused } }

    /// Counts a connection of this user; `false` where it would be one too many, and is not counted.
    func admit(_ uid: UInt32) -> Bool {
        counts.withLock { counts in
            let count = counts.byUser[uid, default: 0]
            let fits = uid == 0 ? count < Self.root : count < Self.perUser && counts.others < Self.allUsers
            if fits { counts.byUser[uid] = count + 1 } else { counts.refused += 1 }
            return fits
        }
    }

    /// One connection of this user less.
    func release(_ uid: UInt32) {
        counts.withLock { counts in
            let count = counts.byUser[uid, default: 0]
            counts.byUser[uid] = count > 1 ? count - 1 : nil
        }
    }
}
