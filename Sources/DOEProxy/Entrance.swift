internal import DOELinux
internal import DOEWords

/// What stands behind a listening socket: whose limits count there, and what becomes of who comes.
struct Entrance {
    let door: Door
    /// `nil` for the control socket.
    let mailbox: MailboxName?
    let isTCP: Bool
    /// Makes the endpoint, once there is no more to learn.
    let welcome: (Newcomer) -> any Endpoint
    /// What who is refused gets to read.
    let refusal: (ClientLimit, _ because: String) -> [UInt8]
    /// What who makes room before it was named gets to read.
    let goodbye: [UInt8]

    init(
        _ door: Door, _ mailbox: MailboxName?, isTCP: Bool, goodbye: [UInt8],
        refusal: @escaping (ClientLimit, _ because: String) -> [UInt8],
        welcome: @escaping (Newcomer) -> any Endpoint
    ) {
        (self.door, self.mailbox, self.isTCP, self.goodbye) = (door, mailbox, isTCP, goodbye)
        (self.refusal, self.welcome) = (refusal, welcome)
    }
}

/// A client that has a place.
struct Newcomer {
    let connection: StreamSocket
    let client: ConnectionClient
    /// Whom it is charged to.
    let holder: AccountHolder
    let token: UInt64
    /// When it may be read: it was ahead of its holder's rate.
    let firstTurn: UInt64?
}
