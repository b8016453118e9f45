internal import DOEControl
internal import DOELinux

/// One client of the control socket.
final class ControlConnection: Endpoint {
    private let stream: ConnectionStream
    private let service: ControlService
    private var reader = VarlinkReader()
    /// Something came that is no call: what was asked before it is still answered.
    private var isClosing = false

    init(_ socket: StreamSocket, service: ControlService) {
        stream = ConnectionStream(socket)
        self.service = service
    }

    var descriptor: Descriptor { stream.descriptor }

    /// Who does not read its answers is not listened to.
    var interest: EventPoll.Interest { stream.hasOutgoing ? .writable : .readable }

    func handle(_ what: EventPoll.Interest) -> Bool {
        if what.contains(.readable) && !stream.hasOutgoing {
            switch stream.read() {
            case .bytes(let bytes): take(bytes)
            case .nothing: break
            case .end: return false
            }
        } else if !what.isDisjoint(with: [.error, .hangup]) {
            return false
        }
        return stream.flush() && !(isClosing && !stream.hasOutgoing)
    }

    private func take(_ bytes: [UInt8]) {
        guard let calls = try? reader.feed(bytes) else {
            isClosing = true
            return
        }
        for call in calls {
            guard let answer = service.answer(call) else {
                isClosing = true
                return
            }
            stream.queue(answer)
        }
    }

    func windUp() -> Bool { stream.hasOutgoing }
}
