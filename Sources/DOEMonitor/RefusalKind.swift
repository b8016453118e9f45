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

    /// Whose it is; `nil` for many people together.
    let holder: AccountHolder?
    /// By whose uid; `nil` for all of the holder's, and over TCP.
    let uid: Fact<UInt32>?
    let what: What
    /// `nil` for a refused connection to none in particular, too.
    let mailbox: MailboxName?

    init(of client: Client, what: What, mailbox: MailboxName?) {
        let uid = client.uid == .none ? nil : client.uid
        self.init(holder: AccountHolder(telling: client), uid: uid, what: what, mailbox: mailbox)
    }

    private init(holder: AccountHolder?, uid: Fact<UInt32>?, what: What, mailbox: MailboxName?) {
        self.holder = holder
        self.uid = uid
        self.what = what
        self.mailbox = mailbox
    }

    /// The kind that counts those for which there is no room of their own.
    @Sendable
    static func gathered(_ kind: Self, _ gathering: KindWindows<Self>.Gathering) -> Self {
        let holder = gathering == .ofOwner ? kind.holder : nil
        return Self(holder: holder, uid: nil, what: kind.what, mailbox: nil)
    }
}

typealias RefusalFold = EventFold<RefusalKind>
