internal import DOEObjects
package import DOEPolicy
package import DOEWords
package import PCIConfig
package import SPDMSocket
internal import Synchronization

/// A mailbox that is driven through its registers: a real one or a simulated one.
///
/// One exchange at a time; a second caller waits for the first.
package final class RegisterMailbox: Mailbox {
    /// Its name.
    package let name: MailboxName
    /// The version of its DOE capability, where whoever made it knew.
    package let capabilityVersion: UInt8?
    private let function: any HeldFunction
    private let capability: UInt16
    private let judge: JudgeInForce
    private let clock: any MailboxClock
    private let outOfBandPeer: SPDMPeer?
    private let turn = Mutex(State())
    private let steps = Pulse()

    /// A permit's question to the judge, right before the first dword and right before GO.
    private typealias Confirmation = @Sendable () -> Withdrawal?

    /// What is known of the mailbox between two exchanges.
    private struct State {
        var leftOver: LeftOver?
        /// A part of an exchange of ours may still be in it, since no abort was seen to work: the next request would
        /// be glued to it, and the device would execute another object than the one that was judged.
        var isUnclean = false
        /// Whether it supports interrupts; `nil` until its capabilities register was read.
        var supportsInterrupts: Bool?
    }

    /// What stood in the mailbox before the start of an exchange, in the failure's own words, and since when.
    private struct LeftOver {
        let finding: String
        let since: UInt64
    }

    /// A mailbox of a function at its DOE capability's offset in bytes, which takes the permits of this judge in
    /// force. Commands beside the objects go to the peer, for a simulated function that has one behind it.
    package init(
        name: MailboxName, function: any HeldFunction, capability: UInt16, capabilityVersion: UInt8? = nil,
        obeying judge: JudgeInForce, clock: any MailboxClock = KernelClock(), outOfBandPeer: SPDMPeer? = nil
    ) {
        self.name = name
        self.capabilityVersion = capabilityVersion
        self.function = function
        self.capability = capability
        self.judge = judge
        self.clock = clock
        self.outOfBandPeer = outOfBandPeer
    }

    /// Beats at every access to config space and every wait.
    package var pulse: Pulse? { steps }

    /// A step; where a peer answers in a step's place, what that may take too.
    package var stillLimit: UInt64 { MailboxTiming.stepLimit + (outOfBandPeer?.longestQuestion ?? 0) }

    /// Takes leave of the peer, where there is one.
    package func takeLeave() { outOfBandPeer?.takeLeave() }

    /// The mailbox and its function as they are now; touches no device.
    package func identity() -> MailboxIdentity { function.identity(of: name) }

    /// What keeps its registers from being written.
    package var obstacleToAsking: Obstacle? { function.obstacleToWriting }

    /// What stands in the way of a lease.
    package func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        function.obstacleToLease(looksAtDevice: looksAtDevice)
    }

    /// The kernel's copy of the function's CDAT; touches no device.
    package func kernelCDAT() throws(Obstacle) -> [UInt8]? { try function.kernelCDAT() }

    /// The TSM that the kernel has connected to the device; touches no device.
    package func securityManager() -> Fact<String> { function.securityManager() }

    /// Sends the permit's request and waits for the response or for how it failed.
    ///
    /// Before the first access the function has to be awake, ours and the one that was found when it was opened; else
    /// the exchange fails with no dword written. A permit for another mailbox, or of another monitor, touches
    /// nothing.
    package func exchange(_ permit: consuming Permit) -> ExchangeResult {
        if let failure = permit.misfit(at: name, obeying: judge) {
            return ExchangeResult(.failure(failure), dwordsWritten: 0)
        }
        let (request, confirm) = (permit.request, permit.confirm)
        switch request {
        case .object(let object): return exchange(object, confirm)
        case .outOfBand(let command):
            guard let outOfBandPeer else {
                return ExchangeResult(.failure(.cannotCarry(command, to: name)), dwordsWritten: 0)
            }
            return turn.withLock { _ in
                PeerExchange(mailbox: name, peer: outOfBandPeer).carryOut(request, confirming: confirm)
            }
        }
    }

    private func exchange(_ request: DataObject, _ confirm: Confirmation) -> ExchangeResult {
        let texts = MailboxFailureTexts(mailbox: name, object: request.object)
        return turn.withLock { state in
            do throws(ConfigSpaceError) {
                try checkFunction()
            } catch {
                return ExchangeResult(.failure(texts.accessFailed(error)), dwordsWritten: 0)
            }
            guard state.isUnclean else { return exchange(request, confirm, &state) }
            let outcome = abortNow(ofOurs: true)
            guard outcome == .worked else {
                let failure = outcome == .gone ? texts.gone() : texts.leftBehind()
                return ExchangeResult(.failure(failure), abort: outcome, dwordsWritten: 0)
            }
            state.isUnclean = false
            return exchange(request, confirm, &state).aborted(.worked)
        }
    }

    private func exchange(
        _ request: DataObject, _ confirm: Confirmation, _ state: inout State
    ) -> ExchangeResult {
        let result = send(request, confirm, &state)
        guard result.dwordsWritten == 0, result.abort == .none, case .failure(let failure) = result.ending,
            failure.status == .occupied
        else {
            state.leftOver = nil
            return result
        }
        guard isAbandoned(failure.problem, &state.leftOver), standsStill() else { return result }
        let outcome = abortNow(ofOurs: false)
        guard outcome == .worked else {
            let texts = MailboxFailureTexts(mailbox: name, object: request.object)
            let ending = outcome == .gone ? .failure(texts.gone()) : result.ending
            return ExchangeResult(ending, abort: outcome, dwordsWritten: 0)
        }
        state.leftOver = nil
        return send(request, confirm, &state).aborted(.worked)
    }

    /// Sends once, or twice where somebody else came between and what is asked for may be asked again.
    private func send(_ request: DataObject, _ confirm: Confirmation, _ state: inout State) -> ExchangeResult {
        let result = sendOnce(request, confirm, &state)
        guard case .failure(let failure) = result.ending, failure.status == .collided, result.abort == .worked,
            request.object.isReadByTheKernelToo
        else { return result }
        return sendOnce(request, confirm, &state).aborted(.worked)
    }

    private func sendOnce(_ request: DataObject, _ confirm: Confirmation, _ state: inout State) -> ExchangeResult {
        var machine = MailboxMachine(
            mailbox: name, request: request, isWitnessed: function.isWitnessed, canArm: canArm(&state))
        let result = checkSender(of: run(confirm) { machine.next($0, at: $1) }, to: request)
        state.isUnclean = result.mayHaveLeftDwords
        return result
    }

    /// Whether the mailbox's interrupts can be enabled and reach nobody: it takes the setting, and the function
    /// raises no interrupt of the kinds that a mailbox has (PCIe r6.0 6.30.3). What cannot be learned is a no.
    private func canArm(_ state: inout State) -> Bool {
        do throws(ConfigSpaceError) {
            if state.supportsInterrupts == nil {
                let capabilities = try function.readDword(at: offset(of: .capabilities))
                if capabilities != .max { state.supportsInterrupts = capabilities & 1 != 0 }
            }
            guard state.supportsInterrupts == true else { return false }
            return try !function.raisesInterrupts()
        } catch {
            return false
        }
    }

    /// A response counts only where the function is still the one that was asked: another one that came to its place
    /// in between may have a response of its own.
    private func checkSender(of result: ExchangeResult, to request: DataObject) -> ExchangeResult {
        guard case .response = result.ending else { return result }
        do throws(ConfigSpaceError) {
            try function.checkStillSame()
            return result
        } catch {
            let texts = MailboxFailureTexts(mailbox: name, object: request.object)
            return ExchangeResult(
                .failure(texts.accessFailed(error)), abort: result.abort, dwordsWritten: result.dwordsWritten)
        }
    }

    private func standsStill() -> Bool {
        var machine = StillnessMachine()
        return run { machine.next($0, at: $1) }
    }

    /// In what is ours a sentinel may be armed.
    private func abortNow(ofOurs isOurs: Bool) -> ExchangeResult.Abort {
        var machine = AbortMachine(disarming: isOurs)
        return run { machine.next($0, at: $1) }
    }

    /// Whether whoever left this behind will not come back for it: the same thing stood there long enough ago.
    /// Without an end to waiting, one unread response would shut the mailbox for ever.
    private func isAbandoned(_ finding: String, _ leftOver: inout LeftOver?) -> Bool {
        guard let before = leftOver, before.finding == finding else {
            leftOver = LeftOver(finding: finding, since: clock.now)
            return false
        }
        return clock.now - before.since >= MailboxTiming.abandonedAfter
    }

    /// Aborts what an earlier daemon left open: only for a mailbox whose ring entry says that it was in use.
    ///
    /// Throws, with nothing written, where the function sleeps, is lent or is another one.
    package func abort() throws(ConfigSpaceError) -> ExchangeResult.Abort {
        try turn.withLock { state throws(ConfigSpaceError) in
            state.isUnclean = true
            try checkFunction()
            let outcome = abortNow(ofOurs: true)
            state.isUnclean = outcome != .worked
            return outcome
        }
    }

    /// Availability first: where the kernel knows that the function sleeps or is lent, no device is touched.
    private func checkFunction() throws(ConfigSpaceError) {
        try function.checkAvailable()
        try function.checkStillSame()
    }

    private func run<Outcome>(
        _ confirm: Confirmation = { nil }, _ next: (MailboxEvent, UInt64) -> MailboxAction<Outcome>
    ) -> Outcome {
        var event = MailboxEvent.began
        while true {
            let now = clock.now
            steps.beat(at: now)
            let action = next(event, now)
            if case .finish(let outcome) = action { return outcome }
            event = perform(action, confirm)
        }
    }

    private func perform<Outcome>(_ action: MailboxAction<Outcome>, _ confirm: Confirmation) -> MailboxEvent {
        do {
            switch action {
            case .read(let register): return .value(try function.readDword(at: offset(of: register)))
            case .readIDs: return .value(try function.readDword(at: 0))
            case .write(let register, let value): try function.writeDword(value, at: offset(of: register))
            case .send(let dwords): return send(dwords)
            case .take(let count): return take(count)
            case .confirmPermit:
                try function.checkAvailable()
                return confirm().map { .withdrawn($0) } ?? .permitHolds
            case .askWitness(let since):
                return foreignWrite(since: since).map { .foreignWrite($0) } ?? .nobodyWrote
            case .wait(let time): clock.sleep(microseconds: time)
            case .finish: break
            }
            return .done
        } catch {
            return .failed(error)
        }
    }

    private func send(_ dwords: [UInt32]) -> MailboxEvent {
        do throws(BrokenTransfer) {
            try function.writeDwords(dwords, at: offset(of: .writeMailbox))
            return .done
        } catch {
            return .failed(error.error, after: error.count)
        }
    }

    private func take(_ count: Int) -> MailboxEvent {
        do throws(BrokenTransfer) {
            return .dwords(try function.takeDwords(count, at: offset(of: .readMailbox)))
        } catch {
            return .failed(error.error, after: error.count)
        }
    }

    /// From the control register on: the two before it cannot be written.
    private func foreignWrite(since: UInt64) -> ForeignWrite? {
        let start = offset(of: .control)
        return function.foreignWrite(to: start..<max(start, offset(of: .readMailbox) &+ 4), since: since)
    }

    /// An offset past config space is the config space's error to report, so the addition must not trap.
    private func offset(of register: MailboxRegister) -> UInt16 { capability &+ register.rawValue }
}

extension ExchangeResult {
    /// Whether the device may hold some of them: no response came, and no abort was seen to work.
    fileprivate var mayHaveLeftDwords: Bool {
        guard dwordsWritten > 0 else { return false }
        switch ending {
        case .response, .outOfBand: return false
        case .withdrawn: return abort == .failed || abort == .gone
        case .failure(let failure):
            return abort == .failed || abort == .gone || failure.status == .gone || failure.status == .unavailable
        }
    }
}
