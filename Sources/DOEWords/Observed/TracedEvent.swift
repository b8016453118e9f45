/// One event of our probes, decoded: something that happened in the kernel, on one thread, at one time.
public struct TracedEvent: Hashable, Sendable {
    /// CLOCK_MONOTONIC, nanoseconds.
    public let time: UInt64
    /// The thread that did it, as the kernel numbers it; for a process of one thread its pid.
    public let thread: Int32
    /// What happened.
    public let access: TracedAccess

    /// What a thread that writes calls itself, 15 bytes at most; `nil` of all others. Nothing vouches for it.
    public let command: String?

    /// An event from its parts.
    public init(time: UInt64, thread: Int32, access: TracedAccess, command: String? = nil) {
        self.time = time
        self.thread = thread
        self.access = access
        self.command = command
    }
}
