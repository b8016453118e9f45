internal import DOEPolicy

// Before the first dword.
extension MailboxMachine {
    mutating func checkFree(at now: UInt64) -> Action {
        freeSince = now
        state = .checkingFree
        return .read(.status)
    }

    mutating func checkedFree(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirmIDs(.beforeStart, status) }
        if status.contains(.busy) { return waitWhileBusy(status, at: now) }
        if status.contains(.dataObjectReady) {
            state = .readingUnasked(status)
            return .read(.readMailbox)
        }
        guard status.contains(.error) else { return begin() }
        return clearError(with: AbortMachine(), .began, at: now)
    }

    private mutating func waitWhileBusy(_ status: MailboxStatus, at now: UInt64) -> Action {
        var schedule = busySchedule ?? PollSchedule(from: now, limit: MailboxTiming.responseLimit)
        defer { busySchedule = schedule }
        switch schedule.next(at: now) {
        case .look: return checkFree(at: now)
        case .wait(let time):
            state = .waitingFree
            return .wait(microseconds: time)
        case .over: return finish(.failure(texts.busy(status)))
        }
    }

    mutating func clearError(with machine: AbortMachine, _ event: MailboxEvent, at now: UInt64) -> Action {
        var machine = machine
        let action = machine.next(event, at: now)
        state = .clearingError(machine)
        return action.then { outcome in
            abort = outcome
            switch outcome {
            case .worked: return begin()
            case .gone: return finish(.failure(texts.gone()))
            case .failed, .none: return finish(.failure(texts.errorStays()))
            }
        }
    }

    private mutating func begin() -> Action {
        state = .readingControl
        return .read(.control)
    }

    mutating func readControl(_ control: UInt32) -> Action {
        if control == .max { return confirmIDs(.beforeStart, MailboxStatus(rawValue: control)) }
        sentinel = ControlSentinel(control)
        state = .confirmingStart
        return .confirmPermit
    }

    /// After the question: it writes, and whatever writes is asked for first.
    mutating func arm(at now: UInt64) -> Action {
        guard canArm, !sentinel.found.contains(.interruptEnable) else { return send(at: now) }
        sentinel.arm()
        state = .arming
        return .write(.control, sentinel.expected.rawValue)
    }

    mutating func checkArmed() -> Action {
        state = .checkingArmed
        return .read(.control)
    }

    mutating func checkedArmed(_ control: UInt32, at now: UInt64) -> Action {
        sentinel.took(control)
        return send(at: now)
    }
}
