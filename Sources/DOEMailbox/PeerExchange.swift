internal import DOEObjects
internal import DOEPolicy
internal import DOEWords
internal import SPDMSocket

/// One exchange with the peer behind an SPDM socket, and what each of its failures is called.
struct PeerExchange {
    let mailbox: MailboxName
    let peer: SPDMPeer

    /// Asks the peer, where the permit still holds; its answer is checked as a device's is.
    func carryOut(
        _ request: PermittedRequest, confirming confirm: @Sendable () -> Withdrawal?
    ) -> ExchangeResult {
        if let withdrawal = confirm() { return ExchangeResult(.withdrawn(withdrawal), dwordsWritten: 0) }
        switch request {
        case .object(let object): return exchange(object)
        case .outOfBand(let command): return ask(command)
        }
    }

    private func exchange(_ request: DataObject) -> ExchangeResult {
        let answer: SPDMFrame
        do throws(SPDMSocketError) {
            answer = try peer.ask(SPDMFrame(.normal, payload: request.bytes))
        } catch {
            return failed(error, dwords: request.dwordCount)
        }
        return ExchangeResult(ending(answer, to: request), dwordsWritten: request.dwordCount)
    }

    private func ending(_ answer: SPDMFrame, to request: DataObject) -> ExchangeResult.Ending {
        if let failure = refusal(answer, to: .normal) { return .failure(failure) }
        guard !answer.payload.isEmpty else {
            return .failure(refused("answered \(request.object) with an empty frame"))
        }
        do throws(ObjectError) {
            let response = try DataObject(bytes: answer.payload)
            if let problem = response.header.misfit(to: request.header) { return .failure(malformed(problem)) }
            return .response(response)
        } catch {
            return .failure(malformed("a response that is no object: \(error.problem)"))
        }
    }

    private func ask(_ request: OutOfBandRequest) -> ExchangeResult {
        let command = SPDMCommand(rawValue: request.kind.rawValue)
        // So many as a real object's: what counts is that it was sent.
        let dwords = (request.payload.count + 3) / 4
        do throws(SPDMSocketError) {
            let answer = try peer.ask(SPDMFrame(command, payload: request.payload))
            if let failure = refusal(answer, to: command) {
                return ExchangeResult(.failure(failure), dwordsWritten: dwords)
            }
            return ExchangeResult(.outOfBand(answer.payload), dwordsWritten: dwords)
        } catch {
            return failed(error, dwords: dwords)
        }
    }

    /// What is wrong with a frame, whatever is in it; `nil` for one that answers the command.
    private func refusal(_ answer: SPDMFrame, to command: SPDMCommand) -> ExchangeFailure? {
        if answer.command == .unknown { return refused("does not know the command '\(command)'") }
        guard answer.command == command, answer.transport == .pciDOE else {
            return malformed(
                "a frame '\(answer.command)' (transport \(answer.transport)) to '\(command)' (transport PCI DOE)")
        }
        return nil
    }

    private func refused(_ what: String) -> ExchangeFailure {
        ExchangeFailure(
            .refusedByPeer, problem: "the peer of \(mailbox) at \(peer.address) \(what)",
            remedy: "see the peer's own log")
    }

    /// Nothing that comes on this connection afterwards could be believed.
    private func malformed(_ what: String) -> ExchangeFailure {
        peer.disconnect()
        return ExchangeFailure(
            .malformedResponse, problem: "the peer of \(mailbox) at \(peer.address) gave \(what)",
            remedy: "check that it speaks the SPDM socket framing, and PCI DOE in it")
    }

    private func failed(_ error: SPDMSocketError, dwords: Int) -> ExchangeResult {
        let status: ExchangeFailure.Status =
            switch error.reason {
            case .cannotConnect: .unavailable
            case .busy: .occupied
            case .closed: .gone
            case .timeout: .timeout
            case .unexpected, .badRequest: .malformedResponse
            case .failed: .refusedByKernel
            }
        return ExchangeResult(
            .failure(
                ExchangeFailure(
                    status, problem: "\(mailbox): \(error.problem)",
                    remedy: error.reason == .busy
                        ? error.remedy
                        : "see whether what \(mailbox) stands for runs; the next exchange connects anew")),
            dwordsWritten: status == .unavailable || status == .occupied ? 0 : dwords)
    }
}
