// From GO to the response.
extension MailboxMachine {
    mutating func wentOut(at now: UInt64) -> Action {
        schedule = PollSchedule(from: now, limit: MailboxTiming.responseLimit)
        return poll()
    }

    mutating func poll() -> Action {
        state = .polling
        return .read(.status)
    }

    mutating func polled(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirmIDs(.polling, status) }
        if status.contains(.error) { return fail(texts.error(status, "after GO"), at: now) }
        guard status.contains(.dataObjectReady) else { return pause(status, at: now) }
        state = .receiving
        return receive(.began, at: now)
    }

    mutating func pause(_ status: MailboxStatus, at now: UInt64) -> Action {
        switch schedule.next(at: now) {
        case .look: return poll()
        case .wait(let time):
            state = .pausing
            return .wait(microseconds: time)
        case .over: return fail(texts.timeout(status), at: now)
        }
    }

    mutating func receive(_ event: MailboxEvent, at now: UInt64) -> Action {
        reader.next(event, at: now).then { end in
            switch end {
            case .object(let response): ask(.response(response), at: now)
            case .malformed(let problem, let isEmpty): fail(texts.malformed(problem), isEmpty: isEmpty, at: now)
            case .error(let status): fail(texts.error(status, "while the response was read"), at: now)
            case .gone: finish(.failure(texts.gone()))
            case .slow: fail(texts.slowTransfer("response"), at: now)
            case .outOfTurn: outOfTurn(at: now)
            }
        }
    }
}
