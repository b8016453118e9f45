internal import DOELinux
internal import DOEMailbox
package import DOEObjects
internal import DOEPolicy
package import DOEWords
internal import Synchronization

// Discovery and the CDAT are the kernel's to read too: who asks for them gets a copy, unless a rule says
// `ask-device`. And what a mailbox's own list does not have it need not be asked for.
extension Monitor {
    /// The mailbox's own list of its objects, where somebody has read it to its end and nothing has happened since.
    package func knownObjects(of mailbox: MailboxName) -> [ObjectID]? {
        copies.withLock { $0[mailbox]?.objects }
    }

    /// What would become of such a request now; `nil` for objects of which there are no copies. Changes nothing.
    package func copyOutlook(for request: DataObject, of mailbox: MailboxName) -> CopyOutlook? {
        guard request.object.isReadByTheKernelToo else { return nil }
        guard let copied = CopiedRequest(request) else { return .refused(Self.noReading) }
        let known = copies.withLock { $0[mailbox] } ?? AnswerCopies()
        return known.outlook(for: copied, of: mailbox, at: Clocks.monotonicMicroseconds)
    }

    private static let noReading = "it is no request that reads: only who may ask the device itself sends such"

    /// Refuses what the mailbox's own list does not have, unless a rule says that the device is to be asked; whether
    /// that is the end of it. A device drops what it does not know in silence, which holds it for a second and ends
    /// in an abort. Linux does not send such either. Who has leased the mailbox for it has said that he means it.
    func refuseUnlisted(_ passage: inout Passage) -> Bool {
        guard !passage.decision.asksDevice, passage.decision.lease == nil, !passage.isOutOfBand,
            let object = passage.object, !object.isReadByTheKernelToo,
            let objects = knownObjects(of: passage.mailbox.name),
            !objects.contains(object)
        else { return false }
        let because =
            "the mailbox's own list of objects has no \(object), so it was not sent: see 'doe-audit discover', which "
            + "reads the list anew; a rule with ask-device sends it all the same"
        passage.refuse(Refusal(by: "copy", because: because))
        return true
    }

    /// Answers what was let through from a copy, where there is one; whether that is the end of it. Else the device
    /// is asked.
    func answerFromCopy(_ passage: inout Passage, of mailbox: any Mailbox) -> Bool {
        guard !passage.decision.asksDevice, passage.isOfCopiedKind else { return false }
        guard let request = passage.copiedRequest else {
            passage.refuse(Refusal(by: "copy", because: Self.noReading))
            return true
        }
        let finding = find(request, of: passage.mailbox, on: mailbox)
        switch finding {
        case .nothing: return false
        case .copy(let response, let source): passage.answer(with: response, from: source)
        case .refused(let why): passage.refuse(Refusal(by: "copy", because: why))
        }
        return true
    }

    /// The kernel's copy is a file of somebody else's making: it is read while no other mailbox waits for its copies.
    private func find(
        _ request: CopiedRequest, of function: MailboxIdentity, on mailbox: any Mailbox
    ) -> AnswerCopies.Finding {
        let now = Clocks.monotonicMicroseconds
        let asksKernel = copies.withLock { copies in
            copies[function.name, default: AnswerCopies()].wantsKernelTable(for: request, of: function, at: now)
        }
        let table: [UInt8]?
        do throws(Obstacle) {
            table = asksKernel ? try mailbox.kernelCDAT() : nil
        } catch {
            // The kernel has one: to ask the device in its place is what it is there to avoid.
            return .refused("the kernel's copy of the table cannot be read: \(error.problem)")
        }
        return copies.withLock { copies in
            copies[function.name, default: AnswerCopies()].find(request, of: function, at: now, kernelTable: table)
        }
    }

    /// Devices came, went, or got another driver, and it is not said which: who asks next has his answer from the
    /// device.
    public func forgetCopies() { forgetCopies { _ in true } }

    /// Somebody else was at a device: what he wrote may be a reset, an abort is one of the mailbox, and what does more
    /// than read may change what the device says. The kernel itself reads what it has just found, or found again.
    func forgetCopies(after observation: Observation) {
        switch observation.what {
        case .exchange(let exchange, let name):
            let isReading = exchange.ending == .done && exchange.object?.isReadByTheKernelToo == true
            if observation.road == .kernel || !isReading { copies.withLock { $0[name]?.forget() } }
        case .configWrites(_, let function, _, _, _): forgetCopies { $0.address == function }
        }
    }

    private func forgetCopies(where isDoubtful: (MailboxName) -> Bool) {
        copies.withLock { copies in
            for name in copies.keys where isDoubtful(name) { copies[name]?.forget() }
        }
    }

    /// The device was asked: its answer is for those who come later; what shows that something happened to it makes
    /// all earlier ones doubtful.
    func noteAnswer(of passage: Passage) {
        let (name, request) = (passage.mailbox.name, passage.copiedRequest)
        copies.withLock { copies in
            var isFailure = passage.outcomeTaint.contains(.abort)
            if case .failed = passage.status { isFailure = true }
            if isFailure {
                copies[name, default: AnswerCopies()].fail(
                    passage.decision.asksDevice ? nil : request, of: passage.mailbox, at: Clocks.monotonicMicroseconds)
            }
            guard passage.status == .done, let request, let response = passage.response else { return }
            copies[name, default: AnswerCopies()].keep(
                response, to: request, of: passage.mailbox, at: Clocks.monotonicMicroseconds)
        }
    }
}

extension Passage {
    /// Only these are read by the kernel, and only read.
    fileprivate var isOfCopiedKind: Bool { !isOutOfBand && object?.isReadByTheKernelToo == true }

    fileprivate var copiedRequest: CopiedRequest? {
        guard isOfCopiedKind, let whole = request.object else { return nil }
        return CopiedRequest(whole)
    }
}
