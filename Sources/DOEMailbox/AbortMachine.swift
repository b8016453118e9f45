internal import PCIConfig

/// Aborts whatever a mailbox is at, and finds out whether that worked (PCIe r6.0 6.30.2).
///
/// It worked when busy, error and ready are clear: with ready still set the next exchange would find a response that it
/// did not ask for. A function that reads as all ones, its ids too, has gone, and nobody waits for it. Pure: it says what
/// to do, and is told what came of it and when.
public struct AbortMachine: Sendable {
    /// What it wants done next.
    public typealias Action = MailboxAction<ExchangeResult.Abort>

    private enum State {
        case new
        case aborting
        case looking
        case waiting
        /// The status read as all ones: is anybody there?
        case confirming
        case over(ExchangeResult.Abort)
    }

    private var state = State.new
    private var schedule = PollSchedule(from: 0, limit: 0)

    /// An abort that has not begun.
    public init() {}

    /// The next action, after the last one's answer at a monotonic time in microseconds.
    public mutating func next(_ event: MailboxEvent, at now: UInt64) -> Action {
        if case .over(let outcome) = state { return .finish(outcome) }
        if case .failed(let error, _) = event { return finish(error.reason == .gone ? .gone : .failed) }
        switch state {
        case .new:
            state = .aborting
            return .write(.control, MailboxControl.abort.rawValue)
        case .aborting:
            schedule = PollSchedule(from: now, limit: MailboxTiming.abortLimit)
            return look()
        case .looking:
            return looked(MailboxStatus(rawValue: event.value), at: now)
        case .waiting:
            return look()
        case .confirming:
            return event.value == .max ? finish(.gone) : goOn(at: now)
        case .over(let outcome):
            return .finish(outcome)
        }
    }

    private mutating func look() -> Action {
        state = .looking
        return .read(.status)
    }

    private mutating func looked(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isFree { return finish(.worked) }
        if status.isAllOnes {
            state = .confirming
            return .readIDs
        }
        return goOn(at: now)
    }

    private mutating func goOn(at now: UInt64) -> Action {
        switch schedule.next(at: now) {
        case .look:
            return look()
        case .wait(let time):
            state = .waiting
            return .wait(microseconds: time)
        case .over:
            return finish(.failed)
        }
    }

    private mutating func finish(_ outcome: ExchangeResult.Abort) -> Action {
        state = .over(outcome)
        return .finish(outcome)
    }
}
