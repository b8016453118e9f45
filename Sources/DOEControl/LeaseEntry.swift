/// One lease of `ListLeases`.
public struct LeaseEntry: Codable, Hashable, Sendable {
    /// What its records carry as DOE_LEASE.
    public var id: String
    /// The mailbox.
    public var mailbox: String
    /// Whom it is for: `uid 1000`, `unit lab.service`.
    public var holder: String
    /// Why, in the words of whoever asked for it.
    public var reason: String
    /// When it began, microseconds since 1970.
    public var started: Int64
    /// When it ends at the latest, microseconds since 1970.
    public var ends: Int64
    /// How much of it is left by the clock that comes to its end first.
    public var secondsLeft: Int64

    enum CodingKeys: String, CodingKey {
        case id, mailbox, holder, reason, started, ends
        case secondsLeft = "seconds_left"
    }

    /// An entry from its parts.
    public init(
        id: String, mailbox: String, holder: String, reason: String, started: Int64, ends: Int64, secondsLeft: Int64
    ) {
        self.id = id
        self.mailbox = mailbox
        self.holder = holder
        self.reason = reason
        self.started = started
        self.ends = ends
        self.secondsLeft = secondsLeft
    }

    /// The answer of what begins or ends one.
    public struct One: Codable, Hashable, Sendable {
        /// The lease.
        public var lease: LeaseEntry
        /// An answer.
        public init(lease: LeaseEntry) { self.lease = lease }
    }

    /// The answer of `ListLeases`.
    public struct Answer: Codable, Hashable, Sendable {
        /// Every lease.
        public var leases: [LeaseEntry]
        /// An answer.
        public init(leases: [LeaseEntry]) { self.leases = leases }
    }
}
