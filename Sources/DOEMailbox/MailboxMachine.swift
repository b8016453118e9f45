public import DOEObjects
public import DOEWords
internal import PCIConfig

/// One exchange through the registers of a mailbox, from the look whether it is free to the response or the abort.
///
/// Pure: it says what to do, and is told what came of it and when; so every outcome can be tested without a device and
/// without a clock. It follows PCIe r6.0 6.30.2:
///
/// 1. Look at the status. Busy: look again for a second, as Linux does, since devices are busy for a moment of themselves.
///    Still busy, or ready: somebody else's exchange; end as `occupied` and leave it alone. Error alone: a left-over of an
///    exchange that has failed, since a mailbox in error executes nothing; abort to clear it, go on. Where the permit may
///    have been withdrawn meanwhile, ask for it now, right before the first dword.
/// 2. Write the request. Look again: anything but free says that somebody else wrote meanwhile; abort, never GO. Where there
///    is a witness, ask it too.
/// 3. GO, then look at once and ever more slowly for a second.
/// 4. Read the response. Whatever goes wrong after the first dword was written ends in an abort or an empty mailbox. Where
///    there is a witness, ask it once more: what was read while somebody else wrote is not to be trusted.
public struct MailboxMachine: Sendable {
    /// What it wants done next.
    public typealias Action = MailboxAction<ExchangeResult>

    private enum State {
        case new
        case checkingFree
        case waitingFree
        case readingUnasked(MailboxStatus)
        indirect case clearingError(AbortMachine)
        case confirmingPermit
        /// So many dwords.
        case sending(Int)
        case checkingSent
        case going
        case polling
        case pausing
        case receiving
        case confirming(Doubt, MailboxStatus)
        indirect case aborting(AbortMachine, ExchangeFailure)
        indirect case asking(WitnessQuestion)
        indirect case over(ExchangeResult)
    }

    /// Where the status register read as all ones.
    private enum Doubt {
        case beforeStart
        case beforeGo
        case polling
    }

    private let request: DataObject
    private let confirmsPermit: Bool
    private let isWitnessed: Bool
    private let texts: MailboxFailureTexts
    private var state = State.new
    private var dwordsWritten = 0
    private var abort = ExchangeResult.Abort.none
    private var schedule = PollSchedule(from: 0, limit: 0)
    private var busySchedule: PollSchedule?
    private var sendEnd: UInt64 = 0
    /// When the look began that found the mailbox free: what somebody writes from then on stands beside our dwords.
    private var freeSince: UInt64 = 0
    private var isAsked = false
    private var reader: ResponseReader

    /// An exchange that has not begun. `confirmsPermit`: its permit has to be confirmed right before the first dword.
    /// `isWitnessed`: there is a witness to ask whether somebody else has written.
    public init(mailbox: MailboxName, request: DataObject, confirmsPermit: Bool = false, isWitnessed: Bool = false) {
        self.confirmsPermit = confirmsPermit
        self.isWitnessed = isWitnessed
        self.request = request
        texts = MailboxFailureTexts(mailbox: mailbox, object: request.object)
        reader = ResponseReader(expecting: request.object)
    }

    /// The next action, after the last one's answer at a monotonic time in microseconds. Start it with `began`; after
    /// `finish` it gives the same result for ever.
    public mutating func next(_ event: MailboxEvent, at now: UInt64) -> Action {
        if case .failed(let error, let sent) = event, let action = accessFailed(error, after: sent, at: now) {
            return action
        }
        switch state {
        case .new, .waitingFree: return checkFree(at: now)
        case .checkingFree: return checkedFree(MailboxStatus(rawValue: event.value), at: now)
        case .readingUnasked(let status):
            return finish(.failure(texts.unaskedResponse(status, firstDword: event.value)))
        case .clearingError(var machine):
            let action = machine.next(event, at: now)
            state = .clearingError(machine)
            return action.then { cleared($0, at: now) }
        case .confirmingPermit:
            if case .withdrawn(let refusal) = event { return finish(.withdrawn(refusal)) }
            return send(at: now)
        case .sending(let count):
            dwordsWritten += count
            return send(at: now)
        case .checkingSent: return checkedSent(MailboxStatus(rawValue: event.value), at: now)
        case .going:
            schedule = PollSchedule(from: now, limit: MailboxTiming.responseLimit)
            return poll()
        case .polling: return polled(MailboxStatus(rawValue: event.value), at: now)
        case .pausing: return poll()
        case .receiving: return receive(event, at: now)
        case .asking(let question): return answered(question, event, at: now)
        case .confirming(let doubt, let status): return confirmed(event.value, doubt, status, at: now)
        case .aborting(var machine, let failure):
            let action = machine.next(event, at: now)
            state = .aborting(machine, failure)
            return action.then { outcome in
                abort = outcome
                return finish(.failure(failure))
            }
        case .over(let result): return .finish(result)
        }
    }

    // MARK: Before the first dword

    private mutating func checkedFree(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirm(.beforeStart, status) }
        if status.contains(.busy) { return waitWhileBusy(status, at: now) }
        if status.contains(.dataObjectReady) {
            state = .readingUnasked(status)
            return .read(.readMailbox)
        }
        guard status.contains(.error) else { return begin(at: now) }
        var machine = AbortMachine()
        let action = machine.next(.began, at: now)
        state = .clearingError(machine)
        return action.then { cleared($0, at: now) }
    }

    private mutating func checkFree(at now: UInt64) -> Action {
        freeSince = now
        state = .checkingFree
        return .read(.status)
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

    private mutating func cleared(_ outcome: ExchangeResult.Abort, at now: UInt64) -> Action {
        abort = outcome
        switch outcome {
        case .worked: return begin(at: now)
        case .gone: return finish(.failure(texts.gone()))
        case .failed, .none: return finish(.failure(texts.errorStays()))
        }
    }

    // MARK: Sending

    private mutating func begin(at now: UInt64) -> Action {
        guard confirmsPermit else { return send(at: now) }
        state = .confirmingPermit
        return .confirmPermit
    }

    private mutating func send(at now: UInt64) -> Action {
        if dwordsWritten == 0 { sendEnd = now &+ MailboxTiming.transferLimit(dwords: request.dwordCount) }
        guard dwordsWritten < request.dwordCount else {
            state = .checkingSent
            return .read(.status)
        }
        guard now < sendEnd else { return fail(texts.slowTransfer("request"), at: now) }
        let end = min(request.dwordCount, dwordsWritten + MailboxTiming.dwordsInStep)
        let dwords = (dwordsWritten..<end).map { request.dword($0) }
        state = .sending(dwords.count)
        return .send(dwords)
    }

    private mutating func checkedSent(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirm(.beforeGo, status) }
        if status.contains(.error) { return fail(texts.error(status, "while the request was written"), at: now) }
        guard status.isFree else { return fail(texts.disturbed(status), at: now) }
        return ask(.go, at: now)
    }

    // MARK: Waiting for the response

    private mutating func poll() -> Action {
        state = .polling
        return .read(.status)
    }

    private mutating func polled(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirm(.polling, status) }
        if status.contains(.error) { return fail(texts.error(status, "after GO"), at: now) }
        guard status.contains(.dataObjectReady) else { return pause(status, at: now) }
        state = .receiving
        return receive(.began, at: now)
    }

    private mutating func pause(_ status: MailboxStatus, at now: UInt64) -> Action {
        switch schedule.next(at: now) {
        case .look: return poll()
        case .wait(let time):
            state = .pausing
            return .wait(microseconds: time)
        case .over: return fail(texts.timeout(status), at: now)
        }
    }

    // MARK: Receiving

    private mutating func receive(_ event: MailboxEvent, at now: UInt64) -> Action {
        reader.next(event, at: now).then { end in
            switch end {
            case .object(let response): ask(.response(response), at: now)
            case .malformed(let problem, let isEmpty): fail(texts.malformed(problem), isEmpty: isEmpty, at: now)
            case .error(let status): fail(texts.error(status, "while the response was read"), at: now)
            case .gone: finish(.failure(texts.gone()))
            case .slow: fail(texts.slowTransfer("response"), at: now)
            }
        }
    }

    // MARK: All ones

    private mutating func confirm(_ doubt: Doubt, _ status: MailboxStatus) -> Action {
        state = .confirming(doubt, status)
        return .readIDs
    }

    /// Ids of all ones: nobody is there. Else the function lives and its status register cannot be read right now.
    private mutating func confirmed(_ ids: UInt32, _ doubt: Doubt, _ status: MailboxStatus, at now: UInt64) -> Action {
        if ids == .max { return finish(.failure(texts.gone())) }
        switch doubt {
        case .beforeStart: return finish(.failure(texts.busy(status)))
        case .beforeGo: return fail(texts.error(status, "while the request was written"), at: now)
        case .polling: return pause(status, at: now)
        }
    }

    // MARK: Others' writes

    /// Asks the witness, where there is one, before this happens.
    private mutating func ask(_ question: WitnessQuestion, at now: UInt64) -> Action {
        guard isWitnessed else { return answered(question, .done, at: now) }
        state = .asking(question)
        return .askWitness(since: freeSince)
    }

    private mutating func answered(_ question: WitnessQuestion, _ event: MailboxEvent, at now: UInt64) -> Action {
        if case .foreignWrite(let write) = event {
            return abort(then: texts.collided(with: write, isAsked: isAsked, instead: question.failure), at: now)
        }
        switch question {
        case .go:
            isAsked = true
            state = .going
            return .write(.control, MailboxControl.go.rawValue)
        case .response(let response): return finish(.response(response))
        case .failure(let failure, isEmpty: true): return finish(.failure(failure))
        case .failure(let failure, isEmpty: false): return abort(then: failure, at: now)
        }
    }

    // MARK: Ends

    /// A failure after the first dword: an abort follows, unless the mailbox is empty. Somebody else's write explains it.
    private mutating func fail(_ failure: ExchangeFailure, isEmpty: Bool = false, at now: UInt64) -> Action {
        ask(.failure(failure, isEmpty: isEmpty), at: now)
    }

    /// What an access that did not happen leads to; `nil` where the abort in progress decides.
    private mutating func accessFailed(_ error: ConfigSpaceError, after sent: Int, at now: UInt64) -> Action? {
        switch state {
        case .clearingError, .aborting, .over: return nil
        case .sending: dwordsWritten += sent
        default: break
        }
        let failure = texts.accessFailed(error)
        if dwordsWritten == 0 || failure.status == .gone { return finish(.failure(failure)) }
        return abort(then: failure, at: now)
    }

    private mutating func abort(then failure: ExchangeFailure, at now: UInt64) -> Action {
        var machine = AbortMachine()
        let action = machine.next(.began, at: now)
        state = .aborting(machine, failure)
        return action.then { _ in finish(.failure(failure)) }
    }

    private mutating func finish(_ ending: ExchangeResult.Ending) -> Action {
        let result = ExchangeResult(ending, abort: abort, dwordsWritten: dwordsWritten)
        state = .over(result)
        return .finish(result)
    }
}
