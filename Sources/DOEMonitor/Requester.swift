public import DOEWords

/// Who asks, and through which of its connections: some things belong to one connection, not to all of a user's.
public struct Requester: Hashable, Sendable {
    /// Who asks.
    public let client: Client
    /// The connection's number; never used again while the daemon lives.
    public let connection: UInt64

    /// A requester from its parts.
    public init(_ client: Client, connection: UInt64) {
        self.client = client
        self.connection = connection
    }
}
