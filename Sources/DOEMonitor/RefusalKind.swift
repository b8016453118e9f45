internal import DOEWords

/// Refusals that walk no road and are counted together.
struct RefusalKind: Hashable {
    /// What was refused.
    enum What: Hashable {
        /// A request or a connection, by a limit on clients.
        case limit(ClientLimit)
        /// A change that is root's alone: the control interface's method.
        case change(String)
    }

    /// `nil`: all those for whom there was no room of their own.
    let uid: UInt32?
    let what: What
    /// `nil` for a refused connection to none in particular, too.
    let mailbox: MailboxName?

    /// The kind that counts users for whom there is no room of their own.
    @Sendable
    static func gathered(_ kind: Self) -> Self { Self(uid: nil, what: kind.what, mailbox: nil) }
}

typealias RefusalFold = EventFold<RefusalKind>
