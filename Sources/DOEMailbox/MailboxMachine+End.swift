internal import DOEPolicy
internal import PCIConfig

// How it ends.
extension MailboxMachine {
    /// A failure after the first dword: an abort follows, unless the mailbox is empty. Somebody else's write explains it.
    mutating func fail(_ failure: ExchangeFailure, isEmpty: Bool = false, at now: UInt64) -> Action {
        ask(.failure(failure, isEmpty: isEmpty), at: now)
    }

    /// An access that did not happen. A function that has gone, or is not ours any more, is left as it is.
    mutating func accessFailed(_ error: ConfigSpaceError, after sent: Int, at now: UInt64) -> Action {
        if case .sending(let count) = state { wrote(min(sent, count)) }
        let failure = texts.accessFailed(error)
        if failure.status == .gone || failure.status == .unavailable { return finish(.failure(failure)) }
        return end(.failure(failure), at: now)
    }

    /// An answer to something that was not asked.
    mutating func outOfTurn(at now: UInt64) -> Action {
        let word = "\(state)".prefix { $0 != "(" }
        return end(.failure(texts.outOfTurn(String(word))), at: now)
    }

    mutating func withdraw(_ why: Withdrawal, at now: UInt64) -> Action { end(.withdrawn(why), at: now) }

    /// With an abort where one of our dwords is in the mailbox, or is being executed.
    private mutating func end(_ ending: ExchangeResult.Ending, at now: UInt64) -> Action {
        position == 0 && !sentinel.isArmed ? finish(ending) : abort(then: ending, at: now)
    }

    mutating func abort(then ending: ExchangeResult.Ending, at now: UInt64) -> Action {
        beginAbort(then: .end(ending), at: now)
    }

    mutating func beginAbort(then after: AfterAbort, at now: UInt64) -> Action {
        goOn(aborting: sentinel.abort, then: after, .began, at: now)
    }

    mutating func goOn(
        aborting machine: AbortMachine, then after: AfterAbort, _ event: MailboxEvent, at now: UInt64
    ) -> Action {
        var machine = machine
        let action = machine.next(event, at: now)
        state = .aborting(machine, after)
        return action.then { outcome in
            abort = outcome
            switch after {
            case .end(let ending): return finish(ending)
            case .anew(let interruption):
                guard outcome == .worked, attempts < MailboxTiming.sendAttempts else {
                    let failure = outcome == .gone ? texts.gone() : texts.unsent(interruption, after: attempts)
                    return finish(.failure(failure))
                }
                position = 0
                return checkFree(at: now)
            }
        }
    }

    mutating func finish(_ ending: ExchangeResult.Ending) -> Action {
        let result = ExchangeResult(ending, abort: abort, dwordsWritten: dwordsWritten)
        state = .over(result)
        return .finish(result)
    }
}
