internal import DOELinux
internal import DOEWords
internal import Synchronization

/// What a mailbox's thread is at, an exchange or a task, watched from the server's loop, so that a client gets its
/// answer although the kernel does not let the thread go.
final class ExchangeWatch: Sendable {
    private struct State {
        var progress: ExchangeProgress
        /// As far as it was known before the thread went on.
        var passage: Passage?
    }

    private let isTask: Bool
    private let state: Mutex<State>
    private let clock: @Sendable () -> UInt64

    /// A watch over an exchange, or over a task, which looks at the device from its start.
    init(ofTask isTask: Bool = false, clock: @escaping @Sendable () -> UInt64 = { Clocks.monotonicMicroseconds }) {
        self.isTask = isTask
        self.clock = clock
        state = Mutex(State(progress: ExchangeProgress(at: clock())))
        if isTask { _ = enterMailbox() }
    }

    /// What is known of the exchange, to tell the client should the thread stand still from here on.
    func note(_ passage: Passage) { state.withLock { $0.passage = passage } }

    /// The thread goes to the device; `false` where it must not any more.
    func enterMailbox() -> Bool { state.withLock { $0.progress.enterMailbox(at: clock()) } }

    /// The thread is back from the device.
    func leaveMailbox() { state.withLock { $0.progress.leaveMailbox(at: clock()) } }

    /// How long the thread was at the device, microseconds.
    var deviceTime: UInt64 { state.withLock { $0.progress.deviceTime } }

    /// The thread knows how it ended; whether the client is to hear it.
    func answerByThread() -> Bool { state.withLock { $0.progress.answerByThread() } }

    /// Whether the client was told that the mailbox is blocked, when it may have been asked.
    var wasToldBlocked: Bool { state.withLock { $0.progress.wasToldBlocked } }

    /// What a look found: until when it moves, or that it stands still; then whether whoever waits is to be told, and
    /// a client with which reply.
    enum Look {
        case moves(until: UInt64)
        case standsStill(Blockage, isToBeTold: Bool, Reply?)
    }

    func look(at now: UInt64, at mailbox: MailboxName, lastBeat: UInt64, stillLimit: UInt64) -> Look {
        state.withLock { state in
            // Before it is judged nothing is waited for.
            let passage = state.passage
            guard isTask || passage != nil else { return .moves(until: now + stillLimit) }
            switch state.progress.look(at: now, lastBeat: lastBeat, stillLimit: stillLimit) {
            case .moves(let end): return .moves(until: end)
            case .standsStill(let stage, let since, let isToBeTold):
                let blockage = Blockage(mailbox, stage, since: Clocks.realtimeMicroseconds - min(now - since, now))
                return .standsStill(
                    blockage, isToBeTold: isToBeTold, isToBeTold ? passage.map(blockage.reply) : nil)
            }
        }
    }
}
