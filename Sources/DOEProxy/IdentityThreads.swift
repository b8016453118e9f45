public import DOELinux
internal import Synchronization

/// Threads that learn who the daemon's clients are. One that hangs in the kernel costs its user's identities, nobody
/// else's, and not the loop.
public final class IdentityThreads: PeerIdentifying {
    private struct Errand: Sendable {
        let peer: Peer
        let answer: @Sendable (LearnedClient) -> Void
    }

    private struct State {
        var turns = IdentityTurns()
        var errands: [UInt64: Errand] = [:]
    }

    private let state = Mutex(State())
    /// One for each that was added.
    private let tickets = BlockingQueue<Void>()
    private let learn: @Sendable (Peer) -> LearnedClient

    /// Starts the threads; by the rights of this process, unless somebody else looks for it.
    public convenience init(
        naming: @escaping ProcessNaming = { ProcessIdentity(of: $0, number: $1) }
    ) throws(LinuxError) {
        try self.init { PeerIdentity.learn($0, by: naming) }
    }

    init(learn: @escaping @Sendable (Peer) -> LearnedClient) throws(LinuxError) {
        self.learn = learn
        for _ in 0..<IdentityTurns.threads { try startThread() }
    }

    /// What is wrong, one sentence; `nil` while nothing is.
    public var trouble: String? {
        let count = state.withLock { $0.turns.hangingCount }
        guard count > 0 else { return nil }
        return "\(count) threads hang that were to learn who clients are: rules that name more than a uid refuse these"
            + (count < IdentityTurns.hanging ? "" : ", and by now all clients but root's")
    }

    /// Puts a peer in its user's queue.
    public func identify(_ peer: Peer, number: UInt64, answer: @escaping @Sendable (LearnedClient) -> Void) -> Bool {
        let isTaken = state.withLock { state in
            guard state.turns.add(number, of: peer.credentials?.uid ?? .max) else { return false }
            state.errands[number] = Errand(peer: peer, answer: answer)
            return true
        }
        return isTaken && tickets.push(())
    }

    /// Has another thread do the work of the one that is at it.
    public func isLate(_ number: UInt64) {
        if state.withLock({ $0.turns.isLate(number) }) { replaceThread() }
    }

    /// Takes it out of the queue, or lets its thread end it for nobody.
    public func isUnwanted(_ number: UInt64) -> Bool {
        state.withLock { state in
            state.errands[number] = nil
            return state.turns.isUnwanted(number)
        }
    }

    /// Takes it out of the queue, or lets its thread go.
    public func giveUp(_ number: UInt64) {
        let isReplaced = state.withLock { state in
            state.errands[number] = nil
            return state.turns.giveUp(number)
        }
        if isReplaced { replaceThread() }
    }

    private func replaceThread() {
        do throws(LinuxError) {
            try startThread()
        } catch {
            // The ones that are left go on.
            state.withLock { $0.turns.threadDidNotStart() }
        }
    }

    /// Takes nothing more. Its threads end by themselves: nothing waits for what they learn.
    public func close() { tickets.close() }

    private func startThread() throws(LinuxError) {
        try WorkerThread(name: "doe-identity") { [self] in
            while tickets.take() != nil {
                // After each the next: it may have waited for its user's turn.
                while let (number, errand) = next() {
                    if let errand {
                        let client = learn(errand.peer)
                        state.withLock { $0.errands.removeValue(forKey: number) }?.answer(client)
                    }
                    guard state.withLock({ $0.turns.ended(number) }) else {
                        // Somebody may have waited for its user's turn, and another thread has to look.
                        _ = tickets.push(())
                        return
                    }
                }
            }
        }.detach()
    }

    private func next() -> (UInt64, Errand?)? {
        state.withLock { state in state.turns.next().map { ($0, state.errands[$0]) } }
    }
}
