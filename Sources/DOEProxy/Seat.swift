/// A connection's place among those of its user: on a mailbox's socket, or on the control socket.
struct Seat {
    let uid: UInt32
    private let accounts: ClientAccounts

    /// Counts a connection that was admitted.
    init(of uid: UInt32, in accounts: ClientAccounts) {
        self.uid = uid
        self.accounts = accounts
    }

    /// Whether it is one of these places.
    func isOne(of accounts: ClientAccounts) -> Bool { self.accounts === accounts }

    /// Gives the place back.
    func release() { accounts.releaseConnection(of: uid) }
}
