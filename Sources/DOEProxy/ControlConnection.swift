internal import DOEControl
internal import DOELinux
internal import DOEWords

/// One client of the control socket: moves bytes between its socket, its talk and the thread that answers.
///
/// One call a turn, and each costs its holder a token. Who has none left is not read before there is one again; nor
/// is who does not read its answers.
final class ControlConnection: Endpoint {
    private let stream: ConnectionStream
    private let client: ConnectionClient
    private var holder: AccountHolder
    private let accounts: ClientAccounts
    private let carryOut: CarryOut
    private var talk = ControlTalk()
    /// When something was last heard from the client, or sent to it; monotonic, in microseconds.
    private var lastUse = Clocks.monotonicMicroseconds
    private var hasAsked = false
    /// When there will be a token; `nil` while none is waited for.
    private(set) var deadline: UInt64?

    /// Has a call answered, on another thread. `isConnectors`: all of it was sent by who connected.
    typealias CarryOut = (_ call: [UInt8], _ isConnectors: Bool) -> Void

    init(_ newcomer: Newcomer, accounts: ClientAccounts, carryOut: @escaping CarryOut) {
        stream = ConnectionStream(newcomer.connection)
        client = newcomer.client
        holder = newcomer.holder
        self.accounts = accounts
        self.carryOut = carryOut
    }

    var descriptor: Descriptor { stream.descriptor }

    var interest: EventPoll.Interest {
        if stream.hasOutgoing { return .writable }
        return talk.wantsBytes ? .readable : []
    }

    func isNamed(_ learned: LearnedClient, chargedTo holder: AccountHolder) {
        client.isNamed(learned)
        self.holder = holder
    }

    var rest: Rest? {
        if stream.hasOutgoing { return Rest(kind: .deaf, since: lastUse) }
        return talk.wantsBytes ? Rest(kind: hasAsked ? .answered : .silent, since: lastUse) : nil
    }

    var hasIncoming: Bool { stream.hasIncoming }

    func sayGoodbye() {
        guard !stream.hasOutgoing else { return }
        stream.queue(ControlAnswer.lastBytes(of: .letGo))
        _ = stream.flush()
    }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable), talk.wantsBytes, !stream.hasOutgoing {
            switch stream.read() {
            case .bytes(let bytes): talk.received(bytes, fromConnector: client.learned.client.sent(stream.sender))
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
        deadline = accounts.nextToken(of: holder, at: now)
        return deadline == nil && accounts.takeFrame(of: holder, at: now)
    }

    private func perform(_ action: ControlTalk.Action) {
        switch action {
        case .carryOut(let message, let isConnectors):
            hasAsked = true
            carryOut(message, isConnectors)
        case .send(let bytes): stream.queue(bytes)
        }
    }
}
