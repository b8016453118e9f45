internal import DOEObjects
internal import DOEWords

/// Whose the SPDM talk with each mailbox is: one connection's at a time.
///
/// GET_VERSION resets the whole state of a responder, for everybody who talks to it (DSP0274, "GET_VERSION request and
/// VERSION response messages"). So the client that sent it has the mailbox's SPDM objects to itself until it leaves; the
/// end of a session cannot be seen, since END_SESSION is encrypted. Pure: it is told what happens, and when.
struct SPDMOwnership: Sendable {
    private struct Owner: Sendable {
        let requester: Requester
        /// Monotonic, microseconds.
        let since: UInt64
        /// A VERSION came back, so that there is something to own.
        var isAnswered = false
        var isUnderWay = true
        var hasLeft = false
    }

    private var owners: [MailboxName: Owner] = [:]

    /// Asks for leave to send an SPDM request at a monotonic time in microseconds. Why not, one sentence without a full
    /// stop; `nil` where it may be sent, and then `end` has to follow.
    mutating func begin(
        isGetVersion: Bool, on mailbox: MailboxName, by requester: Requester, at now: UInt64
    ) -> String? {
        if let owner = owners[mailbox], owner.requester.connection != requester.connection {
            return "SPDM on \(mailbox) belongs to another client, \(owner.requester.client.shortWords), since its "
                + "GET_VERSION \((now - min(now, owner.since)) / 1_000_000) s ago, until it leaves"
        }
        if owners[mailbox] != nil {
            owners[mailbox]?.isUnderWay = true
            return nil
        }
        guard isGetVersion else {
            return "SPDM on \(mailbox) belongs to nobody: it begins with GET_VERSION, on the same connection"
        }
        owners[mailbox] = Owner(requester: requester, since: now)
        return nil
    }

    /// A request that had leave has ended, with this response or without any.
    mutating func end(with mailbox: MailboxName, response: SPDMPeek?) {
        guard var owner = owners[mailbox] else { return }
        owner.isUnderWay = false
        if response?.messageCode == .version { owner.isAnswered = true }
        owners[mailbox] = owner.hasLeft || !owner.isAnswered ? nil : owner
    }

    /// The connection has ended; a request of it that is under way keeps the mailbox until its end.
    mutating func leave(_ connection: UInt64) {
        for (mailbox, owner) in owners where owner.requester.connection == connection {
            if owner.isUnderWay { owners[mailbox]?.hasLeft = true } else { owners[mailbox] = nil }
        }
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
