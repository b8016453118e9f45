/// What `StartLease` takes.
public struct StartLeaseParameters: ControlParameters, Hashable {
    /// The keys on the wire.
    public static let names = ["mailbox", "seconds", "reason", "uid", "unit"]

    /// The mailbox.
    public var mailbox: String
    /// For how long.
    public var seconds: Int
    /// Why.
    public var reason: String
    /// Whom it is for: this user, or this system unit; root's uid 0 where none of the two is given, and never both.
    public var uid: UInt32?
    /// The unit.
    public var unit: String?

    /// Parameters from their parts.
    public init(mailbox: String, seconds: Int, reason: String, uid: UInt32? = nil, unit: String? = nil) {
        self.mailbox = mailbox
        self.seconds = seconds
        self.reason = reason
        self.uid = uid
        self.unit = unit
    }
}

/// What `EndLease` takes.
public struct EndLeaseParameters: ControlParameters, Hashable {
    /// The keys on the wire.
    public static let names = ["mailbox"]

    /// The mailbox.
    public var mailbox: String

    /// Parameters.
    public init(mailbox: String) { self.mailbox = mailbox }
}
