internal import DOEAuditTrail
internal import DOELinux
public import DOEMailbox
internal import DOEObjects
internal import DOEPolicy
internal import DOERecord
internal import DOETaint
internal import DOEWords

extension Monitor {
    /// Walks one request from a client down the road and back. Blocks as long as the mailbox does.
    public func exchange(_ request: Request, with mailbox: any Mailbox, for requester: Requester) -> Reply {
        // Decode, classify, judge.
        let client = requester.client
        let identity = mailbox.identity()
        var judgement = judgement(of: request, to: identity, for: client)
        var passage = Passage(of: request, to: identity, for: client, decision: judgement.decision, mode: mode)
        var permit = judgement.takePermit()
        if permit != nil, !takeUpSPDM(in: &passage, with: mailbox, for: requester) { permit = nil }

        // Open the record. Where none can be kept, nothing is sent.
        let record: OpenRecord
        do {
            let durability: Durability = permit != nil && passage.isRisky ? .disk : .memory
            record = try trail.open(passage.openingRecord, durability: durability)
        } catch {
            passage.refuse(by: "trail", because: error.description)
            // An attempt sticks all the same: a ring that somebody has filled must not hide it.
            _ = raise(passage.verdictTaint, in: &passage)
            return conclude(passage, sequence: nil)
        }

        // Raise the verdict's taint. Where it cannot be made to last, nothing is sent.
        let mayBeSent = raise(passage.verdictTaint, in: &passage)

        // The mailbox; a refusal skips only this.
        if mayBeSent, let permit {
            if let line = passage.kernelLogLine { warnKernelLog(line) }
            let begin = Clocks.monotonicMicroseconds
            let result = mailbox.exchange(permit)
            passage.take(result, after: Clocks.monotonicMicroseconds - begin)
        }

        // Raise the outcome's taint, close the record, reply.
        _ = raise(passage.outcomeTaint, in: &passage)
        return close(record, of: passage)
    }

    private func judgement(of request: Request, to mailbox: MailboxIdentity, for client: Client) -> Judgement {
        switch request {
        case .malformed(let bytes, let problem):
            return judge.refuse(malformed: problem, object: ObjectID(ofPossibleObject: bytes))
        case .outOfBand(let request):
            return judge.judge(
                Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: mode, outOfBand: request))
        case .exchange(let bytes):
            do {
                let request = try DataObject(bytes: bytes)
                return judge.judge(
                    Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: mode, request: request))
            } catch {
                return judge.refuse(malformed: error.problem, object: ObjectID(ofPossibleObject: bytes))
            }
        }
    }

    /// `false` where the ledger could not keep a letter. What the judge had let through is then refused, and its letters
    /// are not raised, since nothing passes. What was refused anyway, or was sent already, keeps who decided and shows
    /// its letters in the record, which alone has them.
    private func raise(_ letters: TaintLetters, in passage: inout Passage) -> Bool {
        guard !letters.isEmpty else { return true }
        do {
            let new = try ledger.raise(letters, mailbox: passage.mailbox, time: Clocks.realtimeMicroseconds)
            passage.raised(letters, new: new)
            if let news = TaintNews(new, mailbox: passage.mailbox.name) { tellTaint(news) }
            return true
        } catch {
            count { $0.taintTrouble = "taint \(letters) on \(passage.mailbox.name): \(error.description)" }
            if passage.status == .refused && passage.decision.verdict != .deny {
                passage.refuse(by: "ledger", because: error.description)
            } else {
                passage.raised(letters, new: letters)
            }
            return false
        }
    }

    private func close(_ record: consuming OpenRecord, of passage: Passage) -> Reply {
        var passage = passage
        record.record = passage.record
        do {
            return conclude(passage, sequence: try record.close())
        } catch {
            passage.withhold(because: error.description)
            return conclude(passage, sequence: nil)
        }
    }

    private func conclude(_ passage: Passage, sequence: UInt64?) -> Reply {
        layDownSPDM(of: passage)
        count {
            $0.exchanges += 1
            if passage.status == .refused { $0.refused += 1 }
            if sequence == nil { $0.unrecorded += 1 }
        }
        return passage.reply(sequence: sequence)
    }
}
