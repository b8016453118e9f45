internal import DOEAuditTrail
internal import DOELinux
package import DOEMailbox
internal import DOEObjects
internal import DOEPolicy
internal import DOERecord
internal import DOETaint
internal import DOEWords

extension Monitor {
    /// Walks one request from a client down the road and back. Blocks as long as the mailbox does.
    package func exchange(_ request: Request, with mailbox: any Mailbox, for requester: Requester) -> Reply {
        walk(request, to: mailbox, for: requester)
    }

    /// The same with a request that another part of the daemon refuses, where the judge does not: it touches no
    /// mailbox.
    func refuse(
        _ request: Request, to mailbox: any Mailbox, for requester: Requester, _ refusal: Refusal
    ) -> Reply {
        walk(request, to: mailbox, for: requester, refusing: refusal)
    }

    /// The road itself. Where the watch says that the client was told that the mailbox is blocked, the reply is for
    /// nobody; the record says it.
    func walk(
        _ request: Request, to mailbox: any Mailbox, for requester: Requester, refusing refusal: Refusal? = nil,
        watch: ExchangeWatch? = nil
    ) -> Reply {
        // Decode, classify, judge.
        let decoded = DecodedRequest(request)
        let client = requester.present()
        let identity = mailbox.identity()
        let circumstances = circumstances(of: mailbox, looksAtDevice: false)
        let inForce = inForce
        var judgement = judgement(
            of: decoded, to: mailbox, identity, for: requester, as: client, under: circumstances, by: inForce.judge)
        inForce.hits.count(judgement.decision.reason)
        var passage = Passage(
            of: decoded, to: identity, for: client, decision: judgement.decision, mode: circumstances.mode)
        var permit = judgement.takePermit()
        if let refusal, passage.decision.verdict != .deny {
            permit = nil
            passage.refuse(refusal)
        }
        if permit != nil, refuseUnlisted(&passage) { permit = nil }
        if permit != nil, !takeUpSPDM(in: &passage, with: mailbox, for: requester) { permit = nil }
        if permit != nil, answerFromCopy(&passage, of: mailbox) { permit = nil }
        watch?.note(passage)

        // What touches no mailbox and repeats what is on record is counted with it.
        if permit == nil, let reply = countIfRepeated(&passage) { return reply }

        // Open the record. Where none can be kept, nothing is sent.
        let record: OpenExchange
        do {
            let durability: Durability = permit != nil && passage.isRisky ? .disk : .memory
            record = try trail.open(passage.opening, durability: durability)
        } catch {
            // No room, no disk, or none left for this user: the error says which.
            passage.refuse(Refusal(by: "trail", because: error.description))
            // An attempt sticks all the same: a ring that somebody has filled must not hide it.
            raise(happened: passage.unraisedTaint, in: &passage)
            return conclude(passage, sequence: nil)
        }

        // Raise the verdict's taint. Where it cannot be made to last, nothing is sent.
        let isRaised = raise(passage.unraisedTaint, in: &passage)
        watch?.note(passage)

        // The mailbox; a refusal skips only this.
        var isOwn = false
        if isRaised, let permit, mayEnterMailbox(watch, &passage) {
            if passage.isForKernelLog {
                kernelLines.announce(KernelLineKind(of: passage), sentence: passage.kernelLogLine)
            }
            let begin = Clocks.monotonicMicroseconds
            beginOwn(on: identity.name)
            isOwn = true
            let result = mailbox.exchange(permit)
            passage.take(result, after: Clocks.monotonicMicroseconds - begin)
            noteAnswer(of: passage)
            endOwn(on: identity.name)
            watch?.leaveMailbox()
        }

        // Raise the outcome's taint, close the record, reply.
        raise(happened: passage.outcomeTaint, in: &passage)
        if let watch, !watch.answerByThread(), watch.wasToldBlocked {
            passage.toldBlocked()
        } else if isOwn, passage.hasAnswer, let gone = hindrance(for: requester, judgedAs: client) {
            passage.keepBack(because: gone.because)
        }
        let reply = close(record, of: passage)
        if isOwn { closeOwn(on: identity.name, sequence: reply.sequence) }
        return reply
    }

    /// Not where the client was told that its exchange stands still and that the device will not be asked.
    private func mayEnterMailbox(_ watch: ExchangeWatch?, _ passage: inout Passage) -> Bool {
        guard let watch, !watch.enterMailbox() else { return true }
        passage.refuse(
            Refusal(by: "mailbox", because: "\(passage.mailbox.name) was blocked before the device could be asked"))
        return false
    }

    private func judgement(
        of request: DecodedRequest, to mailbox: any Mailbox, _ identity: MailboxIdentity, for requester: Requester,
        as client: Client, under circumstances: Circumstances, by judge: Judge
    ) -> Judgement {
        let mode = circumstances.mode
        var inquiry: Inquiry
        switch request.content {
        case .malformed(let problem, let object): return judge.refuse(malformed: problem, object: object)
        case .command(let command):
            inquiry = Inquiry(road: .proxy, mailbox: identity, client: client, mode: mode, outOfBand: command)
        case .object(let object, _):
            inquiry = Inquiry(road: .proxy, mailbox: identity, client: client, mode: mode, request: object)
        }
        let isSPDM = request.isSPDM
        inquiry.lease = circumstances.lease
        inquiry.time = .known(.now)
        return judge.judge(inquiry, inForce: judgeInForce) { [self] in
            // On the mailbox's thread, and a while later: policy, mode, lease, driver, who talks SPDM and who asks
            // may be others by now.
            var now = self.circumstances(of: mailbox, looksAtDevice: true)
            now.mailbox = mailbox.identity()
            now.time = .now
            now.hindrance = hindrance(for: requester, judgedAs: client)
            if isSPDM, now.hindrance == nil { now.hindrance = hindranceToSPDM(with: mailbox, for: requester) }
            return now
        }
    }

    /// The judge decided for who it was then.
    private func hindrance(for requester: Requester, judgedAs client: Client) -> Hindrance? {
        guard requester.present() != client else { return nil }
        return Hindrance(
            by: "client", because: "\(client.shortWords) has ended or runs another program since this was judged")
    }

    /// Raises what the verdict raises. `false` where the ledger could not keep a letter: what the judge had let
    /// through is then refused, and its letters are not raised, since nothing passes. What the judge refused is an
    /// attempt, which has happened.
    func raise(_ letters: TaintLetters, in passage: inout Passage) -> Bool {
        guard !letters.isEmpty else { return true }
        guard passage.decision.verdict != .deny else {
            raise(happened: letters, in: &passage)
            return true
        }
        do throws(TaintError) {
            passage.raised(letters, new: try raise(letters, mailbox: passage.mailbox))
            return true
        } catch {
            passage.refuse(Refusal(by: "ledger", because: error.description))
            return false
        }
    }

    /// Raises letters of what has happened, whether they can be kept or not.
    private func raise(happened letters: TaintLetters, in passage: inout Passage) {
        guard !letters.isEmpty else { return }
        passage.raised(letters, new: raise(happened: letters, mailbox: passage.mailbox).new)
    }

    private func close(_ open: consuming OpenExchange, of passage: Passage) -> Reply {
        var passage = passage
        do {
            return conclude(passage, sequence: try open.close(passage.record))
        } catch {
            passage.withhold(because: error.description)
            return conclude(passage, sequence: nil)
        }
    }

    /// The end of every passage. One that is counted with others has the number of the first of them.
    func conclude(_ passage: Passage, sequence: UInt64?, isCounted: Bool = false) -> Reply {
        layDownSPDM(of: passage)
        if let first = passage.firstOfKind { refusals.recorded(first, as: sequence) }
        count {
            $0.exchanges += 1
            if passage.status == .refused { $0.refused += 1 }
            if passage.isUnenforced { $0.unenforced += 1 }
            if sequence == nil, !isCounted { $0.unrecorded += 1 }
        }
        return passage.reply(sequence: sequence)
    }
}
