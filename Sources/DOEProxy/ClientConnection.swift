internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEWords
internal import SPDMSocket

/// One client of one mailbox: moves bytes between its socket, its session and the mailbox's worker.
///
/// One frame a turn of the loop, and each costs its holder a token. Who sends nothing ahead waits until there is one,
/// and is served then. Who sends ahead is refused, and then not read before there is one again: so a flood of
/// refusals, too, costs no more than the rate. Nor is anybody read whose records the journal does not take fast
/// enough.
final class ClientConnection: Endpoint {
    private let stream: ConnectionStream
    private let client: ConnectionClient
    private var holder: AccountHolder
    private let frameSeconds: Int
    private let accounts: ClientAccounts
    private let hasRoom: () -> Bool
    private let ownsSPDM: () -> Bool
    private let submit: Submit
    private let noticeInstance: String
    private let facts: ([UInt8]) -> MailboxFacts
    private var session: ClientSession
    private var senders = FrameSenders()
    private var roomWait = RoomWait()
    private var isClosing = false
    /// The client has sent on before it could be read, and is not listened to until it can.
    private var isAhead = false
    /// When the frame that has begun must be whole.
    private var frameDeadline: UInt64?
    /// Which frame that is for.
    private var deadlineFrame = 0
    /// How many frames have been paid for, and how many have been carried out.
    private var paidFrames = 0
    private var endedFrames = 0
    /// When this one has its next turn; `nil` while it need not wait for one.
    private var nextTurn: UInt64?
    /// The request that waits for its token.
    private var postponed: [ClientSession.Action]?
    /// When something last came from the client, or was sent to it.
    private var lastUse = Clocks.monotonicMicroseconds
    /// Since when it does not take what is sent to it.
    private var deafSince: UInt64?
    private var hasAsked = false
    private let token: UInt64
    private let memory: FrameMemory
    /// How much of it this one has.
    private var memoryBytes = 0
    private var lacksMemory = false

    /// Takes a request to the mailbox, and its answer to the socket where that is idle. Its size is that of which the
    /// limit speaks. `isConnectors`: all of its frame was sent by who connected.
    typealias Submit = (
        Request, _ size: Int, _ hadToken: Bool, _ isConnectors: Bool, _ socket: StreamSocket?
    ) -> Void

    init(
        _ newcomer: Newcomer, _ accounts: ClientAccounts, _ memory: FrameMemory, instance: String, frameSeconds: Int,
        facts: @escaping ([UInt8]) -> MailboxFacts, hasRoom: @escaping () -> Bool, ownsSPDM: @escaping () -> Bool,
        submit: @escaping Submit
    ) {
        stream = ConnectionStream(newcomer.connection)
        client = newcomer.client
        holder = newcomer.holder
        nextTurn = newcomer.firstTurn
        token = newcomer.token
        self.memory = memory
        self.accounts = accounts
        session = ClientSession(largestPayload: accounts.limits.share(of: holder).requestBytes)
        noticeInstance = instance
        self.facts = facts
        self.frameSeconds = frameSeconds
        self.hasRoom = hasRoom
        self.ownsSPDM = ownsSPDM
        self.submit = submit
    }

    var descriptor: Descriptor { stream.descriptor }

    var deadline: UInt64? { [frameDeadline, nextTurn, deafSince.map { $0 + frameTime }].compactMap(\.self).min() }

    private var frameTime: UInt64 { UInt64(frameSeconds) * 1_000_000 }

    deinit {
        if memoryBytes > 0 { memory.giveBack(memoryBytes, of: holder) }
    }

    private var mayRead: Bool { session.wantsBytes && nextTurn == nil && !lacksMemory }

    /// As a rule a client says nothing before it has its answer, so it is listened to meanwhile: to change that and
    /// change it back would cost each exchange two system calls.
    var interest: EventPoll.Interest {
        if stream.hasOutgoing { return .writable }
        return isAhead ? [] : .readable
    }

    var awaitsAnswer: Bool { session.isUnderWay && (isAhead || session.goesOnWithAnswer) }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable) {
            // A frame that has its memory is read on, so that it ends.
            if memoryBytes == 0, memory.isExhausted(for: holder) { waitForMemory() }
            isAhead = !mayRead
            guard isAhead else { return read() }
        }
        // A client that has gone is let go; its exchange ends and is recorded without it.
        if !what.isDisjoint(with: [.error, .hangup]) {
            refusePostponed()
            return false
        }
        return settle()
    }

    private func read() -> Bool {
        switch stream.read() {
        case .bytes(let bytes): received(bytes)
        case .nothing: true
        case .end: false
        }
    }

    private func received(_ bytes: [UInt8]) -> Bool {
        lastUse = Clocks.monotonicMicroseconds
        senders.came(fromConnector: client.learned.client.sent(stream.sender), insideFrame: session.isInsideFrame)
        return perform(session.received(bytes))
    }

    /// The reply is here, and some of its frame may still be to be sent.
    func answered(_ answered: AnswerBox.Answered) -> Bool {
        lastUse = answered.time
        stream.queue(answered.unsent)
        return perform(session.answered(answered.reply))
    }

    func expired() -> Bool {
        let now = Clocks.monotonicMicroseconds
        if let turn = nextTurn, turn <= now {
            nextTurn = roomWait.turn(hasRoom: hasRoom(), at: now)
            guard nextTurn == nil else { return true }
            if let actions = postponed {
                postponed = nil
                carryOut(actions, hadToken: true)
                return settle()
            }
            // Who does not take his answers gets no further one.
            return perform(stream.hasOutgoing ? [] : session.proceed())
        }
        if let deafSince, deafSince + frameTime <= now { return false }
        guard let end = frameDeadline, end <= now else { return true }
        return perform(session.fellSilent(seconds: frameSeconds, lacksMemory: lacksMemory))
    }

    func windUp() -> Bool {
        session.endAfterAnswer()
        refusePostponed()
        return session.isUnderWay || stream.hasOutgoing
    }

    func isNamed(_ learned: LearnedClient, chargedTo holder: AccountHolder) {
        client.isNamed(learned)
        if memoryBytes > 0 {
            memory.charge(memoryBytes, to: holder)
            memory.giveBack(memoryBytes, of: self.holder)
        }
        self.holder = holder
    }

    var rest: Rest? {
        guard !isClosing, !ownsSPDM() else { return nil }
        if let deafSince { return Rest(kind: .deaf, since: deafSince) }
        guard !session.isUnderWay, !session.canProceed else { return nil }
        if let frameDeadline { return Rest(kind: .half, since: frameDeadline - frameTime) }
        return Rest(kind: hasAsked ? .answered : .silent, since: lastUse)
    }

    var hasIncoming: Bool { stream.hasIncoming }

    func sayGoodbye() {
        // In the middle of an answer nothing else can be said.
        guard !stream.hasOutgoing else { return }
        stream.queue(SPDMFrame.refusal.bytes)
        isClosing = stream.flush()
    }

    var lingering: ConnectionStream? { isClosing && !stream.hasOutgoing ? stream : nil }

    private func perform(_ actions: [ClientSession.Action]) -> Bool {
        switch payForFrame(actions) {
        case .paid: carryOut(actions, hadToken: true)
        case .due(let time):
            nextTurn = time
            postponed = actions
        case .refused:
            nextTurn = accounts.nextToken(of: holder, at: Clocks.monotonicMicroseconds)
            carryOut(actions, hadToken: false)
        }
        return settle()
    }

    private func carryOut(_ actions: [ClientSession.Action], hadToken: Bool) {
        for action in actions {
            switch action {
            case .send(let bytes): stream.queue(bytes)
            case .explain(let reply, let transport):
                stream.queue(SPDMFrame(.explain, transport: transport, payload: notice(of: reply)).bytes)
            case .describe(let object, let transport):
                let text = (try? JSONText.encode(facts(object))) ?? Array("{}".utf8)
                stream.queue(SPDMFrame(.describe, transport: transport, payload: text).bytes)
            case .submit(let bytes): submit(.exchange(bytes), hadToken)
            case .submitOutOfBand(let request): submit(.outOfBand(request), hadToken)
            case .tooLarge(let bytes, let size):
                let problem = accounts.sentence(.requestSize, of: holder, bytes: size)
                submit(.malformed(bytes, problem: problem), hadToken, size: size)
            case .refuse(let bytes, let problem): submit(.malformed(bytes, problem: problem), hadToken)
            case .close: isClosing = true
            }
        }
        if session.frameCount != endedFrames {
            endedFrames = session.frameCount
            senders.frameEnded()
        }
    }

    private func submit(_ request: Request, _ hadToken: Bool, size: Int? = nil) {
        hasAsked = true
        submit(request, size ?? request.bytes.count, hadToken, senders.isConnectorsAlone, stream.idleSocket)
    }

    /// Its client has gone, or the server stops: it counts as refused.
    private func refusePostponed() {
        guard let actions = postponed else { return }
        (postponed, nextTurn) = (nil, nil)
        carryOut(actions, hadToken: false)
    }

    /// Takes a token for the frame that was handled last, if that is not done yet.
    private func payForFrame(_ actions: [ClientSession.Action]) -> ClientAccounts.Payment {
        guard session.frameCount != paidFrames else { return .paid }
        paidFrames = session.frameCount
        let isAlone = !session.hasMore && actions.contains(where: \.mayWait)
        return accounts.payForFrame(of: holder, at: Clocks.monotonicMicroseconds, mayWait: isAlone)
    }

    /// JSON; an empty object where there is nothing to explain yet.
    private func notice(of reply: Reply?) -> [UInt8] {
        guard let reply, let text = try? JSONText.encode(ExchangeNotice(reply, instance: noticeInstance)) else {
            return Array("{}".utf8)
        }
        return text
    }

    /// At once where the next frame is here already, later where its record would find no room.
    private func turnAfterThis() -> UInt64? {
        guard session.wantsBytes || session.canProceed else { return nil }
        let now = Clocks.monotonicMicroseconds
        return roomWait.turn(hasRoom: hasRoom(), at: now) ?? (session.canProceed && !stream.hasOutgoing ? now : nil)
    }

    /// Memory is free again.
    func goOn() -> Bool {
        lacksMemory = false
        return settle()
    }

    private func waitForMemory() {
        lacksMemory = true
        memory.wait(token)
    }

    /// Holds as much as the frame at hand takes, or the answer that is not taken; else it is not read on.
    private func holdMemory() {
        var wanted = max(session.frameBytes, stream.outgoingBytes)
        if wanted <= FrameMemory.small { wanted = 0 }
        if wanted < memoryBytes { memory.giveBack(memoryBytes - wanted, of: holder) }
        if wanted > memoryBytes {
            if stream.hasOutgoing || session.isUnderWay {
                memory.charge(wanted - memoryBytes, to: holder)
            } else if !memory.take(wanted - memoryBytes, for: holder) {
                return waitForMemory()
            }
        }
        memoryBytes = wanted
    }

    private func settle() -> Bool {
        guard stream.flush() else { return false }
        holdMemory()
        deafSince = stream.hasOutgoing ? deafSince ?? Clocks.monotonicMicroseconds : nil
        if nextTurn == nil { nextTurn = turnAfterThis() }
        if mayRead { isAhead = false }
        if !session.isInsideFrame {
            frameDeadline = nil
        } else if frameDeadline == nil || deadlineFrame != session.frameCount {
            // Each frame has its own time: who sends one after the other without a pause is not late.
            frameDeadline = Clocks.monotonicMicroseconds + frameTime
            deadlineFrame = session.frameCount
        }
        return !(isClosing && !stream.hasOutgoing)
    }
}
