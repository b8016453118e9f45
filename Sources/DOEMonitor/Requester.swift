public import DOEWords

/// Who asks, and through which of its connections: some things belong to one connection, not to all of a user's.
public struct Requester: Sendable {
    /// Who asks, as was learned when it connected.
    public let client: Client
    /// Whom its time at a mailbox is charged to.
    public let holder: AccountHolder
    /// The connection's number; never used again while the daemon lives.
    public let connection: UInt64
    /// Who asks, as far as that can still be said. It may ask procfs, so the server's loop does not call it.
    public let present: @Sendable () -> Client

    /// A requester from its parts; without `present` it stays who it is.
    public init(_ client: Client, connection: UInt64, present: (@Sendable () -> Client)? = nil) {
        self.client = client
        holder = AccountHolder(of: client)
        self.connection = connection
        self.present = present ?? { client }
    }
}

/// One connection has one.
extension Requester: Hashable {
    /// The connection alone counts.
    public static func == (one: Self, other: Self) -> Bool { one.connection == other.connection }

    /// The same.
    public func hash(into hasher: inout Hasher) { hasher.combine(connection) }
}
