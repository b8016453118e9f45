public import DOEWords

/// A mailbox's lease as things stand when something is judged.
public struct LeaseStanding: Hashable, Sendable {
    /// The lease.
    public let lease: Lease
    /// The time.
    public let now: LeaseTime
    /// What stands in its way at the device: a driver is bound, memory behind it is online, or nobody could find out.
    public let obstacle: Obstacle?

    /// A standing from its parts.
    public init(_ lease: Lease, at now: LeaseTime, obstacle: Obstacle?) {
        self.lease = lease
        self.now = now
        self.obstacle = obstacle
    }

    /// Why the lease is at its end, whoever asks; `nil` while it holds.
    public func ending(at mailbox: MailboxIdentity) -> LeaseEnding? {
        if lease.isOver(at: now) {
            return .timeIsOver(lease)
        }
        if !lease.isFor(mailbox) {
            return LeaseEnding(.device, "it was given for another device than the one that stands there now")
        }
        return obstacle.map { LeaseEnding(.device, $0.description) }
    }

    /// Why it does not open the way for this inquiry, a part of a sentence; `nil` where it does.
    func refusal(of inquiry: Inquiry) -> String? {
        guard lease.mailbox == inquiry.mailbox.name, inquiry.isMailboxKnown else {
            return "the lease is one of \(lease.mailbox)"
        }
        if let ending = ending(at: inquiry.mailbox) { return "its mailbox's lease does not hold: \(ending.reason)" }
        if let refusal = inquiry.refusalOfRoad { return refusal }
        guard lease.holder.isHeld(by: inquiry.client) else { return "its mailbox is leased to \(lease.holder) alone" }
        return nil
    }
}

extension Inquiry {
    /// Why no lease opens the road by which it came; `nil` where one may.
    fileprivate var refusalOfRoad: String? {
        road == .proxy ? nil : "a lease is for the road proxy, and this came by \(road)"
    }

    /// Why no lease that is only assumed opens the way for it, a part of a sentence: none could be there. `nil` where
    /// one may.
    var refusalOfAnyLease: String? {
        if let refusal = refusalOfRoad { return refusal }
        guard client.via != .known(.tcp) else { return "a lease is for a user or a unit, and over TCP nobody is known" }
        guard !isMailboxKnown || mailbox.name.kind != .remote else { return "a remote mailbox cannot be leased" }
        if let driver = mailbox.driver.value {
            return "the driver \(driver.asName) is bound to its function, and what is in use is not leased"
        }
        guard mailbox.serialNumber != .none else { return "its device has no serial number, and is not leased" }
        return nil
    }
}
