internal import DOEObjects
internal import DOEWords

/// Whose the SPDM talk with each mailbox is: one connection's at a time.
///
/// GET_VERSION resets the whole state of a responder, for everybody who talks to it (DSP0274, "GET_VERSION request
/// and VERSION response messages"). So the client that sent it has the mailbox's SPDM objects to itself until it
/// leaves; the end of a session cannot be seen, since END_SESSION is encrypted. Nor for ever: an owner that has sent
/// nothing for the idle time may be followed by another client, which begins with GET_VERSION too. Pure: it is told
/// what happens, and when, monotonic in microseconds.
struct SPDMOwnership: Sendable {
    private struct Owner: Sendable {
        let requester: Requester
        let since: UInt64
        /// The begin or the end of its last exchange.
        var lastUse: UInt64
        /// A VERSION came back, so that there is something to own.
        var isAnswered = false
        var isUnderWay = true
        var hasLeft = false
    }

    /// A session with heartbeats has ended by the peer's own rule when nothing came for twice its period (DSP0274,
    /// "HEARTBEAT request and HEARTBEAT_ACK response messages"), whose longest is 255 s: 510 s, and a reserve.
    static let standardIdleLimit: UInt64 = 600_000_000

    private let idleLimit: UInt64
    private var owners: [MailboxName: Owner] = [:]

    /// Nobody owns anything yet; after so long without an exchange an owner may be followed by another.
    init(idleLimit: UInt64 = standardIdleLimit) { self.idleLimit = idleLimit }

    /// Asks for leave to send an SPDM request. Why not, one sentence without a full stop; `nil` where it may be sent,
    /// and then `end` has to follow.
    mutating func begin(
        isGetVersion: Bool, on mailbox: MailboxName, by requester: Requester, at now: UInt64
    ) -> String? {
        if let owner = owners[mailbox] {
            guard owner.requester.connection != requester.connection else {
                owners[mailbox]?.isUnderWay = true
                owners[mailbox]?.lastUse = now
                return nil
            }
            guard isGetVersion, isIdle(owner, at: now) else { return refusal(owner, of: mailbox, at: now) }
        }
        guard isGetVersion else {
            return "SPDM on \(mailbox) belongs to nobody: it begins with GET_VERSION, on the same connection"
        }
        owners[mailbox] = Owner(requester: requester, since: now, lastUse: now)
        return nil
    }

    private func isIdle(_ owner: Owner, at now: UInt64) -> Bool {
        !owner.isUnderWay && now >= owner.lastUse && now - owner.lastUse >= idleLimit
    }

    private func refusal(_ owner: Owner, of mailbox: MailboxName, at now: UInt64) -> String {
        let seconds = (now - min(now, owner.since)) / 1_000_000
        let end =
            isIdle(owner, at: now)
            ? "until somebody sends GET_VERSION, since it has sent nothing for \(idleLimit / 1_000_000) s"
            : "until it leaves or sends nothing for \(idleLimit / 1_000_000) s"
        return "SPDM on \(mailbox) belongs to another client, \(owner.requester.client.shortWords), since its "
            + "GET_VERSION \(seconds) s ago, \(end)"
    }

    /// A request that had leave has ended, with this response or without any.
    mutating func end(with mailbox: MailboxName, response: SPDMPeek?, at now: UInt64) {
        guard var owner = owners[mailbox] else { return }
        owner.isUnderWay = false
        owner.lastUse = now
        if response?.messageCode == .version { owner.isAnswered = true }
        owners[mailbox] = owner.hasLeft || !owner.isAnswered ? nil : owner
    }

    /// The connection has ended; a request of it that is under way keeps the mailbox until its end.
    mutating func leave(_ connection: UInt64) {
        for (mailbox, owner) in owners where owner.requester.connection == connection { drop(owner, of: mailbox) }
    }

    /// Somebody takes it from whoever has it, in the same way; who that was, `nil` where nobody keeps it any more.
    mutating func release(_ mailbox: MailboxName) -> Requester? {
        guard let owner = owners[mailbox], !owner.hasLeft else { return nil }
        drop(owner, of: mailbox)
        return owner.requester
    }

    private mutating func drop(_ owner: Owner, of mailbox: MailboxName) {
        if owner.isUnderWay { owners[mailbox]?.hasLeft = true } else { owners[mailbox] = nil }
    }

    /// Whether a connection has the SPDM talk with any mailbox.
    func owns(_ connection: UInt64) -> Bool {
        owners.values.contains { $0.requester.connection == connection }
    }

    /// Who has the SPDM talk with a mailbox; `nil` where nobody has.
    func owner(of mailbox: MailboxName) -> Requester? { owners[mailbox]?.requester }
}

extension SPDMPeek {
    /// The code of a message in the clear.
    var messageCode: SPDMCode? {
        switch self {
        case .message(let message), .chunk(let message): message.code
        case .secured, .truncated: nil
        }
    }
}
