internal import DOELinux
internal import DOETrace
internal import DOEWords

/// One line of a process book: who had a thread's number, and from when until when that is known.
struct ProcessLine: Sendable {
    let thread: Int32
    private(set) var owner: ThreadOwner
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
    /// Where he stands whom the kernel told of; `nil` where that was not learned yet, and of everybody else.
    private var place: ProcessSource.Place?
    /// How often nobody answered where he stands.
    var unanswered = 0

    init(
        thread: Int32, owner: ThreadOwner, status: ThreadStatus, since: UInt64, until: UInt64, life: (any ProcessLife)?
    ) {
        self.thread = thread
        self.owner = owner
        self.status = status
        self.since = since
        self.until = until
        self.life = life
        writer = nil
        used = until
    }

    /// The line of somebody whom the kernel told of; `place` is where he stands, where that is known already.
    init(_ writer: Writer, _ status: ThreadStatus, at place: ProcessSource.Place?, since: UInt64, until: UInt64) {
        thread = writer.thread
        owner = .process(Client(writer, at: place))
        self.status = status
        self.since = since
        self.until = until
        life = nil
        self.writer = writer
        self.place = place
        used = until
    }

    /// Whether he is held and still there.
    var isHeldAlive: Bool { life?.isAlive == true }

    /// Whether he was looked up, and nobody could learn what he runs: whatever the kernel says of him is better than that.
    var lacksProgram: Bool {
        guard writer == nil, case .process(let client) = owner else { return false }
        return client.exe == .unknown
    }

    /// Whether it is still to be learned where he stands.
    var awaitsPlace: Bool { writer != nil && place == nil }

    /// He stands there.
    mutating func learned(_ place: ProcessSource.Place) {
        guard let writer else { return }
        self.place = place
        owner = .process(Client(writer, at: place))
    }

    /// Where he stands, if he stands where this one does; `nil` where he does not, or it was not learned.
    func knownPlace(of other: Writer) -> ProcessSource.Place? { standsWith(other) ? place : nil }

    /// Whether a record would say the same of this one, as far as the kernel told.
    func says(_ other: Writer) -> Bool { standsWith(other) && owner == .process(Client(other, at: place)) }

    private func standsWith(_ other: Writer) -> Bool {
        guard let writer else { return false }
        return writer.program == other.program && writer.controlGroup == other.controlGroup
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
