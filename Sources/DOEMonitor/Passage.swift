internal import DOEMailbox
internal import DOEObjects
internal import DOEPolicy
internal import DOEWords

/// One exchange on its way down the road: what was asked, what was decided, and what came of it.
struct Passage {
    let mailbox: MailboxIdentity
    var client: Client
    let mode: Mode
    /// The request as it came; of a command beside the objects what goes with it.
    var bytes: [UInt8] { request.bytes }
    let request: DecodedRequest
    /// No object, but a command for the peer behind an SPDM socket.
    let isOutOfBand: Bool
    let requestDigest: SHA256Digest
    /// `nil` where there were too few bytes for one.
    let object: ObjectID?
    private(set) var decision: Decision
    /// What can be seen inside the request, for the objects whose id does not tell what they ask for: DOE_SPDM and
    /// DOE_COMPLIANCE. Looked at once, since the record is made at its opening and at its close.
    let spdm: String?
    let compliance: String?
    /// It is a GET_VERSION.
    let startsSPDM: Bool
    /// Refused until a mailbox says otherwise.
    private(set) var status = ExchangeStatus.refused
    private(set) var response: DataObject?
    /// The answer to a command beside the objects.
    private(set) var outOfBandAnswer: [UInt8]?
    /// Whose copy the response is.
    private(set) var copySource: AnswerCopies.Source?
    /// Why there is no response, where the mailbox gave none.
    private(set) var failure: ExchangeFailure?
    private(set) var latencyMicroseconds: UInt64?
    /// The letters that this exchange raised, and those of them that nobody had raised before.
    private(set) var taint: TaintLetters = []
    private(set) var newTaint: TaintLetters = []
    /// What the outcome raises, on top of the verdict.
    private(set) var outcomeTaint: TaintLetters = []
    /// The part of the daemon that refused what the judge had let through, and why.
    private(set) var refusal: Refusal?
    /// So many dwords were in the mailbox when it was refused.
    private(set) var dwordsTakenBack = 0
    /// This exchange is part of its client's SPDM talk, which goes on or ends with it.
    var isInSPDMTalk = false
    /// It touches no mailbox, and is the first of this kind.
    var firstOfKind: PassageKind?
    /// Why the client does not get the outcome.
    private(set) var withheld: String?
    /// What the client has been told meanwhile, where that is not how it ended.
    private(set) var told: ExchangeStatus?
    /// Why it was told so.
    private(set) var blockage: String?
    /// Why the client does not get the answer that there is.
    private(set) var keptBack: String?

    init(
        of request: DecodedRequest, to mailbox: MailboxIdentity, for client: Client, decision: Decision, mode: Mode
    ) {
        self.request = request
        self.mailbox = mailbox
        self.client = client
        self.decision = decision
        self.mode = mode
        requestDigest = SHA256Digest(of: request.bytes)
        switch request.content {
        case .object(let whole, let peek):
            isOutOfBand = false
            object = whole.object
            startsSPDM = peek?.messageCode == .getVersion
            spdm = peek?.recordedName
            compliance = ComplianceRequest(whole)?.name
        case .command(let command):
            isOutOfBand = true
            object = decision.object
            startsSPDM = false
            spdm = command.name
            compliance = nil
        case .malformed(_, let id):
            isOutOfBand = false
            object = id
            startsSPDM = false
            spdm = nil
            compliance = nil
        }
    }

    /// A kernel that panics takes the ring's page cache with it, so everything but reads that the kernel does itself
    /// is synced to disk and announced in the kernel log before it is sent to a device of this host. No other can
    /// make it panic. A discovery or a CDAT read that was judged fit to be sent is nothing but a read: its shape says
    /// so.
    var isRisky: Bool {
        // What needs a lease may hide a compliance object, whatever it is itself.
        mailbox.name.kind == .real && (decision.lease != nil || object?.isReadByTheKernelToo != true)
    }

    /// allow or warn only where it was not refused further down the road.
    var verdict: Verdict { refusal == nil ? decision.verdict : .deny }

    /// The policy refused it, and it passed all the same.
    var isUnenforced: Bool { verdict != .deny && decision.would == .deny }

    /// What the verdict raises. A refusal by the judge says what was attempted; what the judge allowed and was
    /// refused further down the road did not pass, and raises nothing.
    var verdictTaint: TaintLetters { refusal == nil || decision.verdict == .deny ? decision.taint : [] }

    /// Whether the mailbox has answered.
    var hasAnswer: Bool { response != nil || outOfBandAnswer != nil }

    /// What of it is still to be raised.
    var unraisedTaint: TaintLetters { verdictTaint.subtracting(taint) }

    /// The answer is a copy, and the mailbox is not asked.
    mutating func answer(with copy: DataObject, from source: AnswerCopies.Source) {
        status = .copied
        response = copy
        copySource = source
    }

    mutating func refuse(_ refusal: Refusal) {
        status = .refused
        response = nil
        self.refusal = refusal
    }

    /// The record could not be closed: the client does not get what came of the exchange. Where the mailbox was
    /// asked, that is no refusal.
    mutating func withhold(because reason: String) {
        response = nil
        outOfBandAnswer = nil
        guard status != .refused, status != .copied else { return refuse(Refusal(by: "trail", because: reason)) }
        status = .withheld
        withheld = reason
    }

    /// The client was told that the mailbox is blocked, and gets nothing more: what came of it is for the record
    /// alone.
    mutating func toldBlocked() { told = .blocked }

    /// Who asked is not there any more to be answered: what came of it is for the record alone.
    mutating func keepBack(because reason: String) {
        told = .withheld
        keptBack = reason
    }

    /// What the client is told of an exchange that stands still at the device.
    func blocked(because reason: String) -> Self {
        var passage = self
        passage.status = .blocked
        passage.blockage = reason
        return passage
    }

    mutating func raised(_ letters: TaintLetters, new: TaintLetters) {
        taint.formUnion(letters)
        newTaint.formUnion(new)
    }

    mutating func take(_ result: ExchangeResult, after microseconds: UInt64) {
        latencyMicroseconds = microseconds
        if result.abort != .none { outcomeTaint.insert(.abort) }
        switch result.ending {
        case .response(let object):
            status = .done
            response = object
        case .outOfBand(let answer):
            status = .done
            outOfBandAnswer = answer
        case .withdrawn(let why):
            // GO was not written, so it is a refusal all the same.
            dwordsTakenBack = result.dwordsWritten
            switch why {
            case .hindered(let hindrance): refuse(Refusal(hindrance))
            case .judged(let refusal):
                decision = refusal
                outcomeTaint.formUnion(refusal.taint)
            }
        case .failure(let failure):
            status = .failed(failure.status)
            self.failure = failure
            if failure.status == .timeout { outcomeTaint.insert(.abort) }
            if failure.status == .malformedResponse { outcomeTaint.insert(.malformed) }
        }
    }
}

extension ObjectID {
    /// The id at the start of bytes that may be no object; `nil` where there is not even a first dword.
    init?(ofPossibleObject bytes: [UInt8]) {
        guard bytes.count >= 4 else { return nil }
        self.init(vendor: UInt16(bytes[0]) | UInt16(bytes[1]) << 8, type: bytes[2])
    }
}
