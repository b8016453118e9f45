/// How far an exchange has come, as the mailbox's thread and the server's loop both need to know it: where the thread
/// is, since when, and which of the two answers the client. That is decided once, and never changed.
///
/// Pure; times are monotonic, in microseconds.
struct ExchangeProgress: Sendable {
    /// Where the thread is.
    enum Stage: Sendable, Hashable {
        /// Before the device: judging, opening the record, raising the verdict's taint.
        case preparing
        /// At the device.
        case atMailbox
        /// After it: raising the outcome's taint, closing the record.
        case finishing
    }

    /// Who answers.
    private enum Answer {
        case open
        case byThread
        case byLoop(Stage)
    }

    /// What a look at it finds.
    enum Look: Equatable {
        /// It moves; it would stand still from this time on.
        case moves(until: UInt64)
        /// It stands still in this stage since this time. `isToBeTold`: the client is to be answered now, by whoever
        /// looked; else that was decided before.
        case standsStill(Stage, since: UInt64, isToBeTold: Bool)
    }

    /// Before and after the device it is our own disk that is waited for, which may take its time.
    static let diskLimit: UInt64 = 10_000_000

    private var stage = Stage.preparing
    private var since: UInt64
    private var answer = Answer.open
    /// How long the thread was at the device; 0 until it is back.
    private(set) var deviceTime: UInt64 = 0

    /// An exchange that the thread takes up now.
    init(at now: UInt64) { since = now }

    /// The client was told by the loop that the mailbox is blocked, while the thread was at the device or after it.
    var wasToldBlocked: Bool {
        if case .byLoop(let stage) = answer { stage != .preparing } else { false }
    }

    /// The thread goes to the device; `false` where it must not, since the client was told that it would not.
    mutating func enterMailbox(at now: UInt64) -> Bool {
        if case .byLoop = answer { return false }
        (stage, since) = (.atMailbox, now)
        return true
    }

    /// The thread is back from the device.
    mutating func leaveMailbox(at now: UInt64) {
        if stage == .atMailbox { deviceTime = now - min(since, now) }
        (stage, since) = (.finishing, now)
    }

    /// The thread knows how it ended; whether the client is to hear it.
    mutating func answerByThread() -> Bool {
        if case .byLoop = answer { return false }
        answer = .byThread
        return true
    }

    /// Looks whether it moves. `lastBeat` is the mailbox's last step, of this exchange or an earlier one.
    mutating func look(at now: UInt64, lastBeat: UInt64, stillLimit: UInt64) -> Look {
        let lastStep = stage == .atMailbox ? max(since, lastBeat) : since
        let end = lastStep + (stage == .atMailbox ? stillLimit : Self.diskLimit)
        guard now >= end else { return .moves(until: end) }
        guard case .open = answer else { return .standsStill(stage, since: lastStep, isToBeTold: false) }
        answer = .byLoop(stage)
        return .standsStill(stage, since: lastStep, isToBeTold: true)
    }
}
