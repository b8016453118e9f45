/// One mailbox, released for a stated user, reason and time, in bring-up only: the way to compliance objects.
///
/// It is for the device that stood there when it began, and for the boot in which it began.
public struct Lease: Hashable, Sendable {
    /// 64 random bits as 16 hexadecimal digits: what its records carry.
    public let id: String
    /// The mailbox.
    public let mailbox: MailboxName
    /// The device's ids when it began.
    public let device: Fact<PCIDeviceID>
    /// The device's serial number when it began.
    public let serialNumber: Fact<UInt64>
    /// Whom it is for.
    public let holder: LeaseHolder
    /// Why, as whoever asked for it says.
    public let reason: String
    /// When it began.
    public let start: LeaseTime
    /// When it ends: by whichever of the two clocks comes there first.
    public let end: LeaseTime

    /// A lease from its parts.
    public init(
        id: String, mailbox: MailboxName, device: Fact<PCIDeviceID>, serialNumber: Fact<UInt64>, holder: LeaseHolder,
        reason: String, start: LeaseTime, end: LeaseTime
    ) {
        self.id = id
        self.mailbox = mailbox
        self.device = device
        self.serialNumber = serialNumber
        self.holder = holder
        self.reason = reason
        self.start = start
        self.end = end
    }

    /// A lease that begins now, on these terms.
    public init(id: String, of mailbox: MailboxIdentity, on terms: LeaseTerms, from now: LeaseTime) {
        self.init(
            id: id, mailbox: mailbox.name, device: mailbox.device, serialNumber: mailbox.serialNumber,
            holder: terms.holder, reason: terms.reason, start: now,
            end: now.adding(UInt64(terms.seconds) * 1_000_000))
    }

    /// Whether its time is over, by either clock.
    public func isOver(at now: LeaseTime) -> Bool {
        // A time since boot before its start is none of its boot.
        now.sinceBoot >= end.sinceBoot || now.wallClock >= end.wallClock || now.sinceBoot < start.sinceBoot
    }

    /// Whether this is the device that it was given for. One without a serial number never is: another of its model in its
    /// place could not be told from it.
    public func isFor(_ identity: MailboxIdentity) -> Bool {
        guard case .known = serialNumber else { return false }
        return identity.name == mailbox && identity.device == device && identity.serialNumber == serialNumber
    }
}
