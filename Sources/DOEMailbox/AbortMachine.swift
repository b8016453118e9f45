internal import PCIConfig

/// Aborts whatever a mailbox is at, and finds out whether that worked (PCIe r6.0 6.30.2).
///
/// It worked when busy, error and ready are clear: with ready still set the next exchange would find a response that
/// it did not ask for. Nothing is believed before `MailboxTiming.abortPause` is over: a mailbox that was free before,
/// with a request half written, reads as free at once, although whoever has to empty it may not even have begun. A
/// function that reads as all ones, its ids too, has gone, and nobody waits for it. Pure: it says what to do, and is
/// told what came of it and when; an answer that it did not ask for is no sign that anything has worked.
package struct AbortMachine: Sendable {
    /// What it wants done next.
    package typealias Action = MailboxAction<ExchangeResult.Abort>

    private enum State {
        case new
        case readingControl
        /// Interrupts are written off first: that is a write of its own, since QEMU's abort leaves them as they were.
        case disarming
        case aborting
        case waiting
        case looking
        /// The status read as all ones: is anybody there?
        case confirming
        case over(ExchangeResult.Abort)
    }

    private var state = State.new
    /// The settings that stay; `nil` until they are read.
    private var settings: MailboxControl?
    private let disarms: Bool
    private var end: UInt64 = 0

    /// An abort that has not begun, and leaves these settings of the control register as they are; `nil` for those
    /// that it finds there. `disarming`: interrupts may have been enabled by us, as a sentinel.
    package init(keeping settings: MailboxControl? = nil, disarming: Bool = false) {
        self.settings = settings
        disarms = disarming
    }

    /// The next action, after the last one's answer at a monotonic time in microseconds.
    package mutating func next(_ event: MailboxEvent, at now: UInt64) -> Action {
        switch (state, event) {
        case (.over(let outcome), _): return .finish(outcome)
        case (_, .failed(let error, _)): return finish(error.reason == .gone ? .gone : .failed)
        case (.new, .began): return begin()
        case (.readingControl, .value(let control)):
            let found = MailboxControl(settingsIn: control)
            settings = disarms ? found.subtracting(.interruptEnable) : found
            return begin()
        case (.disarming, .done): return abort()
        case (.aborting, .done):
            end = now &+ MailboxTiming.abortLimit
            return wait(at: now)
        case (.waiting, .done):
            state = .looking
            return .read(.status)
        case (.looking, .value(let status)): return looked(MailboxStatus(rawValue: status), at: now)
        case (.confirming, .value(let ids)): return ids == .max ? finish(.gone) : wait(at: now)
        default: return finish(.failed)
        }
    }

    private mutating func begin() -> Action {
        guard let settings else {
            state = .readingControl
            return .read(.control)
        }
        guard disarms else { return abort() }
        state = .disarming
        return .write(.control, settings.rawValue)
    }

    private mutating func abort() -> Action {
        state = .aborting
        return .write(.control, MailboxControl.abort.union(settings ?? []).rawValue)
    }

    private mutating func looked(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isFree { return finish(.worked) }
        if status.isAllOnes {
            state = .confirming
            return .readIDs
        }
        return wait(at: now)
    }

    private mutating func wait(at now: UInt64) -> Action {
        guard now < end else { return finish(.failed) }
        state = .waiting
        return .wait(microseconds: min(MailboxTiming.abortPause, end - now))
    }

    private mutating func finish(_ outcome: ExchangeResult.Abort) -> Action {
        state = .over(outcome)
        return .finish(outcome)
    }
}
