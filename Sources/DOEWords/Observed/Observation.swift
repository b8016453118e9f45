/// Something that reached a function past the proxy. It has already happened: it is judged for what would have been
/// decided, recorded, and tainted.
public struct Observation: Hashable, Sendable {
    /// What was seen.
    public enum What: Hashable, Sendable {
        /// An exchange at a mailbox, or a part of one.
        case exchange(ObservedExchange, at: MailboxName)
        /// Writes to a function's registers that are no mailbox's, as many as were counted; the offset and the value
        /// are those of the first.
        case configWrites(count: UInt64, function: FunctionAddress, offset: UInt16, width: Int, value: UInt32)
    }

    /// What was seen.
    public let what: What
    /// By which road it came: never `proxy`.
    public let road: Road
    /// Who did it, as far as it could be learned; all is `none` on the kernel's own road.
    public let client: Client
    /// What the thread called itself, of a process that was gone before anybody could look at it. Nothing vouches for
    /// it.
    public let command: String?
    /// On the road `passthrough`: what shows that a guest is behind it.
    public let guest: GuestEvidence
    /// When it began, CLOCK_MONOTONIC, microseconds.
    public let began: UInt64
    /// When it ended, by the same clock.
    public let ended: UInt64

    /// An observation from its parts.
    public init(
        _ what: What, road: Road, client: Client, command: String? = nil, guest: GuestEvidence = .program,
        began: UInt64, ended: UInt64
    ) {
        self.what = what
        self.road = road
        self.client = client
        self.command = command
        self.guest = guest
        self.began = began
        self.ended = ended
    }
}
