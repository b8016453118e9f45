package import DOELinux
package import DOEMailbox
public import DOEWords
internal import Synchronization

/// The one thread of a mailbox. Config access can block in the kernel, so no other thread touches the mailbox, and a
/// mailbox that blocks holds up nobody else's.
///
/// Nor its own clients: whoever submits also has to `look` when it is time. Where the thread stands still, the client
/// of the exchange that it is at is told, and those who wait behind it are refused, and so is who comes while it
/// lasts. How long the queue is does not count: as long as the thread moves, everybody has his turn (`FairQueue`).
public final class MailboxWorker: Sendable {
    private enum Work: Sendable {
        case exchange(Request, Requester, answer: @Sendable (Reply) -> Void)
        /// `work` asks whether it may go on when it has looked at the device.
        case task(work: @Sendable (_ mayGoOn: () -> Bool) -> Void, refuse: @Sendable (Refusal) -> Void)
    }

    private struct State {
        var queue = FairQueue<Work>()
        /// In the queue or at the mailbox.
        var outstanding = 0
        var watch: ExchangeWatch?
        /// Tells whoever waits for what the thread is at that it stands still.
        var tell: (@Sendable (Blockage, Reply?) -> Void)?
        var blockage: Blockage?
    }

    /// The mailbox.
    package let mailbox: any Mailbox
    private let standIn: StandIn
    /// One for each request in the queue, and now and then one too many.
    private let tickets = BlockingQueue<Void>()
    private let state = BargingMutex(State())
    private let thread = Mutex<WorkerThread?>(nil)
    /// Monotonic time in microseconds.
    private let clock: @Sendable () -> UInt64

    /// Starts the thread. What it cannot refuse itself while it is blocked, the stand-in refuses.
    package init(
        mailbox: any Mailbox, monitor: Monitor, standIn: StandIn,
        clock: @escaping @Sendable () -> UInt64 = { Clocks.monotonicMicroseconds }
    ) throws(LinuxError) {
        self.mailbox = mailbox
        self.standIn = standIn
        self.clock = clock
        let thread = try WorkerThread(name: "doe \(mailbox.name)") { [self] in
            while tickets.take() != nil {
                if let work = state.withLock({ $0.queue.next() }) { carryOut(work, monitor) }
            }
            mailbox.takeLeave()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Where the thread stands still: what is known of that.
    public var blockage: Blockage? { state.withLock { $0.blockage } }

    /// Puts a request in the queue, or has it refused while the mailbox is blocked. `answer` is called on another
    /// thread, unless the worker was closed before.
    public func submit(
        _ request: Request, for requester: Requester, answer: @escaping @Sendable (Reply) -> Void
    ) {
        add(.exchange(request, requester, answer: answer), of: requester.holder)
    }

    /// Does something else on the mailbox's thread, in the client's turn. `work` looks at the device, asks once
    /// whether it may go on, and stops where it may not: `refuse` was called then, since the thread stood still.
    /// `refuse` is also called where the mailbox is blocked before. None of them is called where the worker was
    /// closed before.
    public func perform(
        for client: Client, _ work: @escaping @Sendable (_ mayGoOn: () -> Bool) -> Void,
        refuse: @escaping @Sendable (Refusal) -> Void
    ) {
        add(.task(work: work, refuse: refuse), of: AccountHolder(of: client))
    }

    private func add(_ work: Work, of holder: AccountHolder) {
        let blockage = state.withLock { state in
            if state.blockage == nil, tickets.push(()) {
                state.queue.add(work, of: holder)
                state.outstanding += 1
            }
            return state.blockage
        }
        if let blockage { refuse(work, blockage) }
    }

    /// Looks whether the thread moves, at this monotonic time in microseconds; returns when to look again, `nil` for
    /// not before the next `submit`.
    public func look(at now: UInt64) -> UInt64? {
        var told: (() -> Void)?
        var refused: (blockage: Blockage, waiting: [Work])?
        let next: UInt64? = state.withLock { state in
            guard state.outstanding > 0, state.blockage == nil else { return nil }
            // The next exchange may begin right after this look, and go to the device at once.
            let soon = now + mailbox.stillLimit
            guard let watch = state.watch else { return soon }
            let lastBeat = mailbox.pulse?.lastBeat ?? 0
            switch watch.look(at: now, at: mailbox.name, lastBeat: lastBeat, stillLimit: mailbox.stillLimit) {
            case .moves(let end): return min(end, soon)
            case .standsStill(let blockage, let isToBeTold, let reply):
                let waiting = state.queue.takeAll()
                state.blockage = blockage
                state.outstanding -= waiting.count
                refused = (blockage, waiting)
                if isToBeTold, let tell = state.tell { told = { tell(blockage, reply) } }
                return nil
            }
        }
        told?()
        if let refused { for work in refused.waiting { refuse(work, refused.blockage) } }
        return next
    }

    private func refuse(_ work: Work, _ blockage: Blockage) {
        switch work {
        case .exchange(let request, let requester, let answer):
            standIn.refuse(request, to: mailbox, for: requester, blockage.refusal, answer: answer)
        case .task(_, let refuse): refuse(blockage.refusal)
        }
    }

    private func carryOut(_ work: Work, _ monitor: Monitor) {
        switch work {
        case .exchange(let request, let requester, let answer):
            let watch = ExchangeWatch(clock: clock)
            begin(watch) { if let reply = $1 { answer(reply) } }
            let reply = monitor.walk(request, to: mailbox, for: requester, watch: watch)
            // Before the answer: its client's next request must not find the mailbox blocked.
            end(watch)
            if watch.answerByThread() { answer(reply) }
        case .task(let work, let refuse):
            let watch = ExchangeWatch(ofTask: true, clock: clock)
            begin(watch) { blockage, _ in refuse(blockage.refusal) }
            work { watch.answerByThread() }
            watch.leaveMailbox()
            end(watch)
        }
    }

    private func begin(_ watch: ExchangeWatch, tell: @escaping @Sendable (Blockage, Reply?) -> Void) {
        state.withLock { ($0.watch, $0.tell) = (watch, tell) }
    }

    private func end(_ watch: ExchangeWatch) {
        state.withLock { state in
            state.queue.end(after: watch.deviceTime)
            (state.watch, state.tell, state.blockage) = (nil, nil, nil)
            state.outstanding -= 1
        }
    }

    /// Takes no further request; what is in the queue is still carried out.
    public func close() { tickets.close() }

    /// Waits for the end of the thread, after `close`; `false` at once where the kernel does not let it go.
    public func join() -> Bool {
        guard blockage == nil else { return false }
        thread.withLock { $0.take() }?.join()
        return true
    }
}
