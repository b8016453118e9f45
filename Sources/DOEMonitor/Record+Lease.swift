internal import DOERecord
internal import DOEWords

extension Record {
    /// A lease begins, as whoever asked for it wanted.
    init(started lease: Lease, of mailbox: MailboxIdentity, by caller: Client, in mode: Mode) {
        self.init(
            .leaseStarted, priority: .warning,
            message: "Leased \(lease.mailbox) to \(lease.holder) until \(lease.end.text) by \(caller.words): "
                + lease.reason.inQuotes)
        describe(mailbox)
        describe(caller)
        describe(lease)
        self[.mode] = mode.rawValue
        taint = .leased
    }

    /// A lease is at its end; `caller` is who ended it, where somebody did.
    init(ended lease: Lease, _ ending: LeaseEnding, by caller: Client?, in mode: Mode) {
        let isExpected = ending.kind == .ended || ending.kind == .expired
        self.init(
            .leaseEnded, priority: isExpected ? .notice : .warning,
            message: "The lease of \(lease.mailbox) to \(lease.holder) has ended: \(ending.reason)")
        describe(
            MailboxIdentity(name: lease.mailbox, device: lease.device, serialNumber: lease.serialNumber))
        if let caller { describe(caller) }
        describe(lease)
        self[.mode] = mode.rawValue
        self[.status] = ending.kind.rawValue
    }

    /// A lease was asked for and not given.
    init(
        refused terms: LeaseTerms, of mailbox: MailboxIdentity, because reason: String, by caller: Client, in mode: Mode
    ) {
        let what = mode == .production ? "REFUSED A LEASE FOR COMPLIANCE ACCESS" : "Refused a lease"
        self.init(
            .leaseRefused, priority: .error,
            message: "\(what) of \(mailbox.name) to \(terms.holder) for \(caller.words): \(reason)")
        describe(mailbox)
        describe(caller)
        self[.leaseHolder] = terms.holder.description
        self[.leaseReason] = terms.reason
        self[.mode] = mode.rawValue
        self[.status] = ExchangeStatus.refused.description
    }

    private mutating func describe(_ lease: Lease) {
        self[.lease] = lease.id
        self[.leaseHolder] = lease.holder.description
        self[.leaseUntil] = String(lease.end.wallClock)
        self[.leaseReason] = lease.reason
    }
}

extension LeaseTime {
    fileprivate var text: String { Timestamp(microseconds: wallClock).point }
}
