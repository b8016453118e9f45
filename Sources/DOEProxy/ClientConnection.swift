internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEWords
internal import SPDMSocket

/// One client of one mailbox: moves bytes between its socket, its session and the mailbox's worker.
final class ClientConnection: Endpoint {
    private let stream: ConnectionStream
    private let mailbox: ServedMailbox
    private let client: Client
    private let frameSeconds: Int
    private let submit: (Request, ServedMailbox, Client) -> Void
    private let noticeInstance: String
    private var session = ClientSession()
    private var isClosing = false
    private(set) var deadline: UInt64?
    /// Which frame the deadline is for.
    private var deadlineFrame = 0

    init(
        _ socket: StreamSocket, of client: Client, to mailbox: ServedMailbox, instance: String, frameSeconds: Int,
        submit: @escaping (Request, ServedMailbox, Client) -> Void
    ) {
        stream = ConnectionStream(socket)
        self.client = client
        self.mailbox = mailbox
        noticeInstance = instance
        self.frameSeconds = frameSeconds
        self.submit = submit
    }

    var descriptor: Descriptor { stream.descriptor }

    var interest: EventPoll.Interest {
        var interest: EventPoll.Interest = []
        if stream.hasOutgoing { interest.insert(.writable) }
        if session.wantsBytes && !stream.hasOutgoing { interest.insert(.readable) }
        return interest
    }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable) && session.wantsBytes {
            switch stream.read() {
            case .bytes(let bytes): return perform(session.received(bytes))
            case .nothing: return true
            case .end: return false
            }
        }
        // A client that has gone is let go; its exchange ends and is recorded without it.
        if !what.isDisjoint(with: [.error, .hangup]) { return false }
        return settle()
    }

    func answered(_ reply: Reply) -> Bool {
        perform(session.answered(reply))
    }

    func expired() -> Bool {
        perform(session.fellSilent(seconds: frameSeconds))
    }

    func windUp() -> Bool {
        session.endAfterAnswer()
        return session.isUnderWay || stream.hasOutgoing
    }

    private func perform(_ actions: [ClientSession.Action]) -> Bool {
        for action in actions {
            switch action {
            case .send(let bytes): stream.queue(bytes)
            case .explain(let reply, let transport):
                stream.queue(SPDMFrame(.explain, transport: transport, payload: notice(of: reply)).bytes)
            case .submit(let bytes): submit(.exchange(bytes), mailbox, client)
            case .submitOutOfBand(let request): submit(.outOfBand(request), mailbox, client)
            case .refuse(let bytes, let problem): submit(.malformed(bytes, problem: problem), mailbox, client)
            case .close: isClosing = true
            }
        }
        return settle()
    }

    /// JSON; an empty object where there is nothing to explain yet.
    private func notice(of reply: Reply?) -> [UInt8] {
        guard let reply, let text = try? JSONText.encode(ExchangeNotice(reply, instance: noticeInstance)) else {
            return Array("{}".utf8)
        }
        return text
    }

    private func settle() -> Bool {
        guard stream.flush() else { return false }
        if !session.isInsideFrame {
            deadline = nil
        } else if deadline == nil || deadlineFrame != session.frameCount {
            // Each frame has its own time: who sends one after the other without a pause is not late.
            deadline = Clocks.monotonicMicroseconds + UInt64(frameSeconds) * 1_000_000
            deadlineFrame = session.frameCount
        }
        return !(isClosing && !stream.hasOutgoing)
    }
}
