internal import DOEControl
internal import DOELinux
internal import DOEWords

/// One client of the control socket: moves bytes between its socket, its talk and the thread that answers.
///
/// One call a turn, and each costs its user a token. Who has none left is not read before there is one again; nor is who
/// does not read its answers.
final class ControlConnection: Endpoint {
    private let stream: ConnectionStream
    private let uid: UInt32
    private let accounts: ClientAccounts
    /// Has a call answered, on another thread.
    private let carryOut: ([UInt8]) -> Void
    private var talk = ControlTalk()
    /// When something was last heard from the client, or sent to it; monotonic, in microseconds.
    private(set) var lastUse = Clocks.monotonicMicroseconds
    /// When there will be a token; `nil` while none is waited for.
    private(set) var deadline: UInt64?

    init(
        _ socket: StreamSocket, of uid: UInt32, accounts: ClientAccounts, carryOut: @escaping ([UInt8]) -> Void
    ) {
        stream = ConnectionStream(socket)
        self.uid = uid
        self.accounts = accounts
        self.carryOut = carryOut
    }

    var descriptor: Descriptor { stream.descriptor }

    var interest: EventPoll.Interest {
        if stream.hasOutgoing { return .writable }
        return talk.wantsBytes ? .readable : []
    }

    /// Nothing is owed to the client.
    var isIdle: Bool { talk.wantsBytes && !stream.hasOutgoing }

    /// Tells a client that is idle why it is let go.
    func sayGoodbye(_ error: ControlError) {
        stream.queue(ControlAnswer.lastBytes(of: error))
        _ = stream.flush()
    }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable), talk.wantsBytes, !stream.hasOutgoing {
            switch stream.read() {
            case .bytes(let bytes): talk.received(bytes)
            case .nothing: break
            case .end: return false
            }
        } else if !what.isDisjoint(with: [.error, .hangup]) {
            // What is under way is carried out all the same.
            return false
        }
        return goOn()
    }

    func expired() -> Bool {
        deadline = nil
        return goOn()
    }

    /// The answer to the call under way.
    func answered(_ reply: ControlReply) -> Bool {
        perform(talk.answered(reply))
        return goOn()
    }

    var lingering: ConnectionStream? {
        talk.isEnding && !talk.isUnderWay && !stream.hasOutgoing ? stream : nil
    }

    func windUp() -> Bool {
        talk.end()
        deadline = nil
        return talk.isUnderWay || stream.hasOutgoing
    }

    /// The next call, once the answer to the one before is on its way: so no more than one answer waits in memory.
    private func goOn() -> Bool {
        lastUse = Clocks.monotonicMicroseconds
        guard stream.flush() else { return false }
        if !stream.hasOutgoing, talk.canProceed, deadline == nil, mayProceed(), let action = talk.proceed() {
            perform(action)
            guard stream.flush() else { return false }
        }
        return !talk.isEnding || talk.isUnderWay || stream.hasOutgoing
    }

    /// Takes a token, or waits for one.
    private func mayProceed() -> Bool {
        let now = Clocks.monotonicMicroseconds
        deadline = accounts.nextToken(of: uid, at: now)
        return deadline == nil && accounts.takeFrame(of: uid, at: now)
    }

    private func perform(_ action: ControlTalk.Action) {
        switch action {
        case .carryOut(let message): carryOut(message)
        case .send(let bytes): stream.queue(bytes)
        }
    }
}
