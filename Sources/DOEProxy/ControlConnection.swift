internal import DOEControl
internal import DOELinux
internal import DOEWords

/// One client of the control socket. Its calls are answered in their order: while one is carried out elsewhere, or an
/// answer waits for the client to take it, nothing more is begun.
final class ControlConnection: Endpoint {
    private let stream: ConnectionStream
    private let client: Client
    private let service: ControlService
    /// Takes an answer that comes from another thread to the server's.
    private let answerLater: @Sendable ([UInt8]?) -> Void
    private var reader = VarlinkReader()
    private var calls: ArraySlice<[UInt8]> = []
    /// A call is carried out elsewhere.
    private var isUnderWay = false
    /// Something came that is no call: what was asked before it is still answered.
    private var isClosing = false

    init(
        _ socket: StreamSocket, of client: Client, service: ControlService,
        answerLater: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        stream = ConnectionStream(socket)
        self.client = client
        self.service = service
        self.answerLater = answerLater
    }

    var descriptor: Descriptor { stream.descriptor }

    /// Who does not read its answers is not listened to.
    var interest: EventPoll.Interest {
        if stream.hasOutgoing { return .writable }
        return isUnderWay ? [] : .readable
    }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable) && !stream.hasOutgoing && !isUnderWay {
            switch stream.read() {
            case .bytes(let bytes): take(bytes)
            case .nothing: break
            case .end: return false
            }
        } else if !what.isDisjoint(with: [.error, .hangup]) {
            // What is under way is carried out all the same.
            return false
        }
        return goOn()
    }

    /// The answer to the call that was carried out elsewhere; `nil` where there is none.
    func answered(_ answer: [UInt8]?) -> Bool {
        isUnderWay = false
        if let answer { stream.queue(answer) } else { endAfterAnswers() }
        return goOn()
    }

    private func take(_ bytes: [UInt8]) {
        do {
            calls += try reader.feed(bytes)
        } catch {
            isClosing = true
        }
    }

    /// One call after the other, so that no more than one answer waits in memory.
    private func goOn() -> Bool {
        guard stream.flush() else { return false }
        while !isUnderWay, !stream.hasOutgoing, let call = calls.popFirst() {
            switch service.answer(call, for: client, reply: answerLater) {
            case .now(let answer): stream.queue(answer)
            case .later: isUnderWay = true
            case .close: endAfterAnswers()
            }
            guard stream.flush() else { return false }
        }
        return !isClosing || isUnderWay || stream.hasOutgoing
    }

    private func endAfterAnswers() {
        calls = []
        isClosing = true
    }

    func windUp() -> Bool {
        calls = []
        return isUnderWay || stream.hasOutgoing
    }
}
