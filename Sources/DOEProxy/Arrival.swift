internal import DOELinux

/// A connection that was taken, whose client is still to be named. It is not read before.
struct Arrival {
    let connection: StreamSocket
    /// What the connection itself says.
    let client: LearnedClient
    let entrance: Entrance

    init(_ connection: StreamSocket, _ client: LearnedClient, _ entrance: Entrance) {
        (self.connection, self.client, self.entrance) = (connection, client, entrance)
    }

    /// Whether something has come, the end too.
    var hasIncoming: Bool { connection.hasIncoming }
}
