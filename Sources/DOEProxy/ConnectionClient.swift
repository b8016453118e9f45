internal import DOEMonitor
internal import DOEWords

/// Who has a connection, as far as it is known by now. It is the server's thread's.
final class ConnectionClient {
    private let token: UInt64
    private(set) var learned: LearnedClient
    /// As whom it asks; a request that is under way keeps the one that it came with.
    private(set) var requester: Requester

    init(_ learned: LearnedClient, _ token: UInt64) {
        (self.learned, self.token) = (learned, token)
        requester = Requester(learned.client, connection: token) { learned.present() }
    }

    /// The name has come late: from now on it is who that is.
    func isNamed(_ learned: LearnedClient) {
        self.learned = learned
        requester = Requester(learned.client, connection: token) { learned.present() }
    }
}
