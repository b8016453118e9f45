internal import DOELinux
internal import DOEMonitor
internal import Synchronization

/// The replies to exchanges on their way from the mailboxes' threads to the server's.
///
/// A reply whose frame the client has already need not be heard of at once: the next that the server's thread has to
/// do for that client comes with the client's next bytes, and those wake it. So it is woken only where something is
/// left to send, or where it said that it cannot wait.
final class AnswerBox: Sendable {
    struct Answered: Sendable {
        /// Whose it is.
        let token: UInt64
        let reply: Reply
        /// When it was sent, monotonic in microseconds: the server's thread may hear of it much later.
        let time: UInt64
        /// What the client has not got yet of its frame.
        let unsent: ArraySlice<UInt8>
    }

    private struct State {
        var waiting: [Answered] = []
        /// Those whose reply the server's thread is to be woken for.
        var hurried: Set<UInt64> = []
    }

    private let state = Mutex(State())
    private let wakeUp: WakeEvent

    init(wakeUp: WakeEvent) { self.wakeUp = wakeUp }

    func put(_ answered: Answered) {
        let isAwaited = state.withLock { state in
            state.waiting.append(answered)
            return state.hurried.remove(answered.token) != nil
        }
        if isAwaited || !answered.unsent.isEmpty { wakeUp.signal() }
    }

    /// The server's thread has something to do as soon as this connection has its reply, and is to be woken for it.
    func hurry(_ token: UInt64) {
        let isHere = state.withLock { state in
            guard !state.waiting.contains(where: { $0.token == token }) else { return true }
            state.hurried.insert(token)
            return false
        }
        if isHere { wakeUp.signal() }
    }

    func takeAll() -> [Answered] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}
