/// Finds out whether what stands in a mailbox is left over: it does not change for the time of a whole response.
///
/// Reads only. Two exchanges that meet the same status may be hours apart and each have met somebody at work, so the
/// memory of the first does not show that nobody was there meanwhile. Pure: it says what to do, and is told what came.
struct StillnessMachine: Sendable {
    typealias Action = MailboxAction<Bool>

    private struct Sight: Hashable {
        let status: MailboxStatus
        let dword: UInt32
    }

    private enum State {
        case new
        case looking
        case reading(MailboxStatus)
        case waiting
        case over(Bool)
    }

    private var state = State.new
    private var first: Sight?
    private var schedule = PollSchedule(from: 0, limit: 0)

    /// The next action, after the last one's answer at a monotonic time in microseconds.
    mutating func next(_ event: MailboxEvent, at now: UInt64) -> Action {
        switch (state, event) {
        case (.over(let isStill), _): return .finish(isStill)
        case (.new, .began):
            schedule = PollSchedule(from: now, limit: MailboxTiming.responseLimit)
            return look()
        case (.looking, .value(let status)):
            state = .reading(MailboxStatus(rawValue: status))
            return .read(.readMailbox)
        case (.reading(let status), .value(let dword)): return saw(Sight(status: status, dword: dword), at: now)
        case (.waiting, .done): return look()
        // What could not be looked at, or was not asked for, shows nothing.
        default: return finish(false)
        }
    }

    private mutating func look() -> Action {
        state = .looking
        return .read(.status)
    }

    private mutating func saw(_ sight: Sight, at now: UInt64) -> Action {
        guard sight == first ?? sight else { return finish(false) }
        first = sight
        switch schedule.next(at: now) {
        case .look: return look()
        case .wait(let time):
            state = .waiting
            return .wait(microseconds: time)
        case .over: return finish(true)
        }
    }

    private mutating func finish(_ isStill: Bool) -> Action {
        state = .over(isStill)
        return .finish(isStill)
    }
}
