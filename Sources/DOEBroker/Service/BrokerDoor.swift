package import DOELinux
internal import DOEWords
internal import Glibc

/// A broker that is a service: it takes one daemon at a time, and the next one when that has gone, and goes on over the
/// restarts of both.
///
/// Who connects is asked of the kernel, and is served while that process lives: it can pass its connection to another
/// one, which is none of its manager's, and would keep the next daemon out. What a daemon has used up of its budgets its
/// successor does not get back, so that nobody gains by connecting anew.
package struct BrokerDoor: ~Copyable {
    /// A daemon that is served.
    private struct Served {
        let socket: MessageSocket
        let process: HeldProcess
        let runner: BrokerRunner
        let thread: WorkerThread
    }

    private let listener: MessageListener
    private let user: UInt32
    private let errands: BrokerErrands
    private let say: @Sendable (String) -> Void
    private let report: RefusalReport
    private var service: BrokerService
    private var served: Served?
    /// A daemon that ends is started again after two seconds.
    private var connections = Budget(most: 20, perSecond: 1)

    /// How long is waited after an error of the kernel's, which is short of something, microseconds.
    private static let pause: UInt32 = 100_000
    /// How long a daemon may take to read that it is to end, microseconds, and to end, milliseconds: longer than its own
    /// waits for journald and for changes that are under way.
    private static let longestFarewell = 200_000
    private static let longestLeave: Int32 = 15_000
    /// How long a daemon that has not ended may hold what is taken away from it, microseconds.
    private static let patience: UInt64 = 2_000_000
    private static let comes: UInt64 = 0
    private static let ends: UInt64 = 1
    private static let daemonEnds: UInt64 = 2

    /// - Parameters:
    ///   - user: whose process is served; all others are refused, root's too.
    ///   - say: tells a person; it must not wait.
    package init(
        listener: MessageListener, user: UInt32, service: BrokerService, errands: BrokerErrands,
        say: @escaping @Sendable (String) -> Void
    ) {
        (self.listener, self.user, self.errands, self.say) = (listener, user, errands, say)
        self.service = service
        report = RefusalReport(say: say)
    }

    /// Serves until one of these signals comes.
    package mutating func run(until signals: SignalDescriptor) throws(LinuxError) {
        let poll = try EventPoll()
        try poll.add(listener.descriptor, .readable, token: Self.comes)
        try poll.add(signals.descriptor, .readable, token: Self.ends)
        while true {
            let events = try poll.wait(milliseconds: nil)
            guard !events.contains(where: { $0.token == Self.ends }) else { break }
            if events.contains(where: { $0.token == Self.daemonEnds }) { end(poll) }
            guard events.contains(where: { $0.token == Self.comes }) else { continue }
            do throws(LinuxError) {
                if let socket = try listener.accept() { try take(socket, poll) }
            } catch {
                report.take(failure: "a daemon could not be taken: \(error.description)")
                usleep(Self.pause)
            }
        }
        dismiss(poll)
        endErrands()
    }

    /// Has the daemon end first, in order: what its witness looks at last, and what it leaves, is still here then.
    private mutating func dismiss(_ poll: EventPoll) {
        guard let served else { return }
        do throws(LinuxError) {
            let end = try EventPoll()
            try end.add(served.process.descriptor, .readable, token: Self.daemonEnds)
            // One that reads nothing is not waited for.
            try served.socket.limitSending(microseconds: Self.longestFarewell)
            try served.socket.send(BrokerWire.farewell)
            _ = try end.wait(milliseconds: Self.longestLeave)
        } catch {
            say("the daemon was not told to end first: \(error.description)")
        }
        end(poll)
    }

    private mutating func take(_ socket: MessageSocket, _ poll: EventPoll) throws(LinuxError) {
        let peer = PeerCredentials(of: socket.descriptor)
        guard let peer, peer.uid == user else {
            let who = peer.map { "uid \($0.uid), pid \($0.pid)" } ?? "nobody knows whom"
            return refuse("a connection of \(who): the daemon is uid \(user)")
        }
        guard connections.take(at: Clocks.monotonicMicroseconds) else {
            return refuse("a connection of pid \(peer.pid): it connects more often than a daemon is started")
        }
        let now = Clocks.boottimeMicroseconds
        guard let process = HeldProcess(of: socket.descriptor, pid: peer.pid, startedBefore: now) else {
            return refuse("a connection of pid \(peer.pid): that process has ended")
        }
        // Its end may be on its way to its thread, or to this one.
        guard served.map({ $0.socket.isOver || !$0.process.isAlive }) ?? true else {
            return refuse("a connection of pid \(peer.pid): another daemon is served")
        }
        end(poll)
        let runner = try BrokerRunner(socket: socket, service: service, errands: errands, say: say)
        try poll.add(process.descriptor, .readable, token: Self.daemonEnds)
        do throws(LinuxError) {
            let thread = try WorkerThread(name: "doe-daemon") { [say] in
                do throws(LinuxError) {
                    try runner.run()
                } catch {
                    // Nobody reads its requests any more.
                    socket.shutDown()
                    say("the daemon is not served any more: \(error.description)")
                }
            }
            served = Served(socket: socket, process: process, runner: runner, thread: thread)
        } catch {
            poll.remove(process.descriptor)
            throw error
        }
    }

    /// Ends what is left of the connection of a daemon, whoever holds it, and waits until that is no longer served.
    private mutating func end(_ poll: EventPoll) {
        guard let gone = served else { return }
        poll.remove(gone.process.descriptor)
        gone.socket.shutDown()
        gone.thread.join()
        service = gone.runner.judged
        served = nil
    }

    /// The kernel gives up nothing of the arms while a daemon that was not waited for any longer has their files open.
    private func endErrands() {
        let limit = Clocks.monotonicMicroseconds + Self.patience
        while true {
            do throws(Obstacle) {
                return try errands.end()
            } catch {
                guard Clocks.monotonicMicroseconds < limit else {
                    return say("what was armed for the witness is not all taken away: \(error.problem)")
                }
                usleep(Self.pause)
            }
        }
    }

    private func refuse(_ why: String) { report.take(BrokerError(.notAllowed, why)) }
}
