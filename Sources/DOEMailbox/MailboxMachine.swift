package import DOEObjects
internal import DOEPolicy
package import DOEWords
internal import PCIConfig

/// One exchange through the registers of a mailbox, from the look whether it is free to the response or the abort.
///
/// Pure: it says what to do, and is told what came of it and when; so every outcome can be tested without a device
/// and without a clock. It follows PCIe r6.0 6.30.2:
///
/// 1. Look at the status. Busy: look again for a second, as Linux does, since devices are busy for a moment of themselves.
///    Still busy, or ready: somebody else's exchange; end as `occupied` and leave it alone. Error alone: a left-over of an
///    exchange that has failed, since a mailbox in error executes nothing; abort to clear it, go on. Read the control
///    register. Ask whether the permit still holds, right before the first dword.
/// 2. Write the request. Look again: anything but free says that somebody else wrote meanwhile; abort, never GO. A step
///    that took too long, or another setting in the control register, says that the mailbox may have been emptied in the
///    middle: abort, and since nothing was executed, begin anew, three times at most. Where there is a witness, ask it
///    too. Ask once more whether the permit holds: after that nothing comes but GO.
/// 3. GO, then look at once and ever more slowly for a second.
/// 4. Read the response. Whatever goes wrong after the first dword was written ends in an abort or an empty mailbox. Where
///    there is a witness, ask it once more: what was read while somebody else wrote is not to be trusted.
///
/// It goes on at the answer to what it asked. Any other is an error in whoever drives it, and ends in an abort where
/// a dword was written.
package struct MailboxMachine: Sendable {
    /// What it wants done next.
    package typealias Action = MailboxAction<ExchangeResult>

    enum State {
        case new
        case checkingFree
        case waitingFree
        case readingUnasked(MailboxStatus)
        indirect case clearingError(AbortMachine)
        case readingControl
        case confirmingStart
        case arming
        case checkingArmed
        /// So many dwords.
        case sending(Int)
        case checkingSent
        case checkingControl
        case disarming
        indirect case asking(WitnessQuestion)
        case confirmingGo
        case going
        case polling
        case pausing
        case receiving
        case confirmingIDs(Doubt, MailboxStatus)
        indirect case aborting(AbortMachine, AfterAbort)
        indirect case over(ExchangeResult)
    }

    /// Where a register read as all ones.
    enum Doubt {
        case beforeStart
        case beforeGo
        case polling
    }

    /// What follows an abort.
    enum AfterAbort {
        case end(ExchangeResult.Ending)
        /// The request is written anew, where the abort worked and it was not written too often.
        case anew(Interruption)
    }

    let request: DataObject
    let isWitnessed: Bool
    let canArm: Bool
    let texts: MailboxFailureTexts
    var state = State.new
    /// Dwords of the request that were written since it was begun anew.
    var position = 0
    /// All that were written.
    var dwordsWritten = 0
    /// How often it was begun.
    var attempts = 0
    var sentinel = ControlSentinel(0)
    var abort = ExchangeResult.Abort.none
    var schedule = PollSchedule(from: 0, limit: 0)
    var busySchedule: PollSchedule?
    /// Until when all of the request has to be written, however often it is begun.
    var sendEnd: UInt64?
    /// When the step began that is under way.
    var stepStart: UInt64 = 0
    /// When the look began that found the mailbox free: what somebody writes from then on stands beside our dwords.
    var freeSince: UInt64 = 0
    var isAsked = false
    var reader: ResponseReader

    /// An exchange that has not begun. `isWitnessed`: there is a witness to ask whether somebody else has written.
    /// `canArm`: interrupts of the mailbox can be enabled and reach nobody.
    package init(mailbox: MailboxName, request: DataObject, isWitnessed: Bool = false, canArm: Bool = false) {
        self.isWitnessed = isWitnessed
        self.canArm = canArm
        self.request = request
        texts = MailboxFailureTexts(mailbox: mailbox, object: request.object)
        reader = ResponseReader(for: request)
    }

    /// The next action, after the last one's answer at a monotonic time in microseconds. Start it with `began`; after
    /// `finish` it gives the same result for ever.
    package mutating func next(_ event: MailboxEvent, at now: UInt64) -> Action {
        switch (state, event) {
        case (.over(let result), _): return .finish(result)
        case (.clearingError(let machine), _): return clearError(with: machine, event, at: now)
        case (.aborting(let machine, let after), _): return goOn(aborting: machine, then: after, event, at: now)
        case (_, .failed(let error, let sent)): return accessFailed(error, after: sent, at: now)
        case (.new, .began), (.waitingFree, .done): return checkFree(at: now)
        case (.checkingFree, .value(let status)): return checkedFree(MailboxStatus(rawValue: status), at: now)
        case (.readingUnasked(let status), .value(let dword)):
            return finish(.failure(texts.unaskedResponse(status, firstDword: dword)))
        case (.readingControl, .value(let control)): return readControl(control)
        case (.confirmingStart, .permitHolds): return arm(at: now)
        case (.confirmingStart, .withdrawn(let why)), (.confirmingGo, .withdrawn(let why)):
            return withdraw(why, at: now)
        case (.arming, .done): return checkArmed()
        case (.checkingArmed, .value(let control)): return checkedArmed(control, at: now)
        case (.sending(let count), .done): return sent(count, at: now)
        case (.checkingSent, .value(let status)): return checkedSent(MailboxStatus(rawValue: status), at: now)
        case (.checkingControl, .value(let control)): return checkedControl(control, at: now)
        case (.disarming, .done): return ask(.go, at: now)
        case (.asking(let question), .nobodyWrote): return answered(question, at: now)
        case (.asking(let question), .foreignWrite(let write)):
            return abort(
                then: .failure(texts.collided(with: write, isAsked: isAsked, instead: question.failure)), at: now)
        case (.confirmingGo, .permitHolds): return go()
        case (.going, .done): return wentOut(at: now)
        case (.polling, .value(let status)): return polled(MailboxStatus(rawValue: status), at: now)
        case (.pausing, .done): return poll()
        case (.receiving, _): return receive(event, at: now)
        case (.confirmingIDs(let doubt, let status), .value(let ids)): return confirmed(ids, doubt, status, at: now)
        default: return outOfTurn(at: now)
        }
    }

    // MARK: All ones

    mutating func confirmIDs(_ doubt: Doubt, _ status: MailboxStatus) -> Action {
        state = .confirmingIDs(doubt, status)
        return .readIDs
    }

    /// Ids of all ones: nobody is there. Else the function lives and its register cannot be read right now.
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
    mutating func ask(_ question: WitnessQuestion, at now: UInt64) -> Action {
        guard isWitnessed else { return answered(question, at: now) }
        state = .asking(question)
        return .askWitness(since: freeSince)
    }

    private mutating func answered(_ question: WitnessQuestion, at now: UInt64) -> Action {
        switch question {
        case .go:
            state = .confirmingGo
            return .confirmPermit
        case .response(let response): return finish(.response(response))
        case .failure(let failure, isEmpty: true): return finish(.failure(failure))
        case .failure(let failure, isEmpty: false): return abort(then: .failure(failure), at: now)
        }
    }
}
