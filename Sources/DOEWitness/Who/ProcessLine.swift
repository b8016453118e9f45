internal import DOELinux
internal import DOETrace
internal import DOEWords

/// One line of a process book: who had a thread's number, and from when until when that is known.
struct ProcessLine: Sendable {
    let thread: Int32
    let owner: ThreadOwner
    let status: ThreadStatus
    /// No event before this time is his, CLOCK_MONOTONIC in microseconds.
    private(set) var since: UInt64
    /// When he was seen last.
    private(set) var until: UInt64
    /// When he was asked for last, or opened something.
    var used: UInt64
    /// Holds the process where the thread is its first.
    let life: (any ProcessLife)?
    /// What the kernel said of him, where it did.
    let writer: Writer?

    init(
        thread: Int32, owner: ThreadOwner, status: ThreadStatus, since: UInt64, until: UInt64, life: (any ProcessLife)?,
        writer: Writer? = nil
    ) {
        self.thread = thread
        self.owner = owner
        self.status = status
        self.since = since
        self.until = until
        self.life = life
        self.writer = writer
        used = until
    }

    /// Whether he is held and still there.
    var isHeldAlive: Bool { life?.isAlive == true }

    /// Whether nobody could learn what he runs.
    var lacksProgram: Bool {
        guard case .process(let client) = owner else { return false }
        return client.exe == .unknown
    }

    /// He is there now.
    mutating func seen(at now: UInt64) { until = max(until, now) }

    /// He was there already.
    mutating func wasThere(at time: UInt64) { since = min(since, time) }

    /// Whether this is the thread that the line is of.
    func isSame(_ status: ThreadStatus) -> Bool {
        status.process == self.status.process && status.started == self.status.started
    }
}
