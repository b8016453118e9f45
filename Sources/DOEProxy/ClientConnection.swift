internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEWords
internal import SPDMSocket

/// One client of one mailbox: moves bytes between its socket, its session and the mailbox's worker.
///
/// One frame a turn of the loop, and each costs its user a token. Who has none left is refused, and then not read before
/// there is one again: so a flood of refusals, too, costs no more than the rate. Nor is anybody
/// read whose records the journal does not take fast enough.
final class ClientConnection: Endpoint {
    private let stream: ConnectionStream
    private let client: Client
    private var uid: UInt32 { client.uid.value ?? .max }
    private let frameSeconds: Int
    private let accounts: ClientAccounts
    private let hasRoom: () -> Bool
    private let submit: Submit
    private let noticeInstance: String
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
    /// How many frames have been paid for.
    private var paidFrames = 0
    /// When this one has its next turn; `nil` while it need not wait for one.
    private var nextTurn: UInt64?

    /// Takes a request to the mailbox, and its answer to the socket where that is idle. Its size is that of which the limit
    /// speaks. `isConnectors`: all of its frame was sent by who connected.
    typealias Submit = (
        Request, _ size: Int, _ hadToken: Bool, _ isConnectors: Bool, _ socket: StreamSocket?
    ) -> Void

    init(
        _ socket: StreamSocket, of client: Client, accounts: ClientAccounts, instance: String, frameSeconds: Int,
        hasRoom: @escaping () -> Bool, submit: @escaping Submit
    ) {
        stream = ConnectionStream(socket)
        self.client = client
        self.accounts = accounts
        session = ClientSession(largestPayload: accounts.limits.share(of: client.uid.value ?? .max).requestBytes)
        noticeInstance = instance
        self.frameSeconds = frameSeconds
        self.hasRoom = hasRoom
        self.submit = submit
    }

    var descriptor: Descriptor { stream.descriptor }

    var deadline: UInt64? { [frameDeadline, nextTurn].compactMap(\.self).min() }

    private var mayRead: Bool { session.wantsBytes && nextTurn == nil }

    /// As a rule a client says nothing before it has its answer, so it is listened to meanwhile: to change that and
    /// change it back would cost each exchange two system calls.
    var interest: EventPoll.Interest {
        if stream.hasOutgoing { return .writable }
        return isAhead ? [] : .readable
    }

    var awaitsAnswer: Bool { session.isUnderWay && (isAhead || session.goesOnWithAnswer) }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable) {
            isAhead = !mayRead
            guard isAhead else { return read() }
        }
        // A client that has gone is let go; its exchange ends and is recorded without it.
        if !what.isDisjoint(with: [.error, .hangup]) { return false }
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
        senders.came(fromConnector: isFromConnector, insideFrame: session.isInsideFrame)
        return perform(session.received(bytes))
    }

    /// Whether who connected has sent what was read last. Of TCP nobody says, and nobody is named for it.
    private var isFromConnector: Bool {
        guard client.via == .known(.unix) else { return true }
        guard let sender = stream.sender else { return false }
        return client.pid == .known(sender.pid) && client.uid == .known(sender.uid)
    }

    /// The reply is here, and so much of its frame is still to be sent.
    func answered(_ reply: Reply, unsent: ArraySlice<UInt8>) -> Bool {
        stream.queue(unsent)
        return perform(session.answered(reply))
    }

    func expired() -> Bool {
        let now = Clocks.monotonicMicroseconds
        if let turn = nextTurn, turn <= now {
            nextTurn = roomWait.turn(hasRoom: hasRoom(), at: now)
            guard nextTurn == nil else { return true }
            // Who does not take his answers gets no further one.
            return perform(stream.hasOutgoing ? [] : session.proceed())
        }
        guard let end = frameDeadline, end <= now else { return true }
        return perform(session.fellSilent(seconds: frameSeconds))
    }

    func windUp() -> Bool {
        session.endAfterAnswer()
        return session.isUnderWay || stream.hasOutgoing
    }

    var lingering: ConnectionStream? { isClosing && !stream.hasOutgoing ? stream : nil }

    private func perform(_ actions: [ClientSession.Action]) -> Bool {
        let endsFrame = session.frameCount != paidFrames
        let hadToken = payForFrame()
        for action in actions {
            switch action {
            case .send(let bytes): stream.queue(bytes)
            case .explain(let reply, let transport):
                stream.queue(SPDMFrame(.explain, transport: transport, payload: notice(of: reply)).bytes)
            case .submit(let bytes): submit(.exchange(bytes), hadToken)
            case .submitOutOfBand(let request): submit(.outOfBand(request), hadToken)
            case .tooLarge(let bytes, let size):
                let problem = accounts.sentence(.requestSize, of: uid, bytes: size)
                submit(.malformed(bytes, problem: problem), hadToken, size: size)
            case .refuse(let bytes, let problem): submit(.malformed(bytes, problem: problem), hadToken)
            case .close: isClosing = true
            }
        }
        if endsFrame { senders.frameEnded() }
        return settle()
    }

    private func submit(_ request: Request, _ hadToken: Bool, size: Int? = nil) {
        submit(request, size ?? request.bytes.count, hadToken, senders.isConnectorsAlone, stream.idleSocket)
    }

    /// Takes a token for the frame that was handled last, if that is not done yet; `false` where there was none.
    private func payForFrame() -> Bool {
        guard session.frameCount != paidFrames else { return true }
        paidFrames = session.frameCount
        let now = Clocks.monotonicMicroseconds
        guard !accounts.takeFrame(of: uid, at: now) else { return true }
        nextTurn = accounts.nextToken(of: uid, at: now)
        return false
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

    private func settle() -> Bool {
        guard stream.flush() else { return false }
        if nextTurn == nil { nextTurn = turnAfterThis() }
        if mayRead { isAhead = false }
        if !session.isInsideFrame {
            frameDeadline = nil
        } else if frameDeadline == nil || deadlineFrame != session.frameCount {
            // Each frame has its own time: who sends one after the other without a pause is not late.
            frameDeadline = Clocks.monotonicMicroseconds + UInt64(frameSeconds) * 1_000_000
            deadlineFrame = session.frameCount
        }
        return !(isClosing && !stream.hasOutgoing)
    }
}
