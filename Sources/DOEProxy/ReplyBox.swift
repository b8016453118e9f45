internal import DOELinux
internal import Synchronization

/// Replies on their way from other threads to the server's, each for the connection of its token.
final class ReplyBox<Reply: Sendable>: Sendable {
    private let waiting = Mutex<[(token: UInt64, reply: Reply)]>([])
    private let wakeUp: WakeEvent

    init(wakeUp: WakeEvent) { self.wakeUp = wakeUp }

    func put(_ token: UInt64, _ reply: Reply) {
        waiting.withLock { $0.append((token, reply)) }
        wakeUp.signal()
    }

    func takeAll() -> [(token: UInt64, reply: Reply)] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
