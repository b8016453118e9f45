package import DOELinux
internal import DOEWords
internal import Glibc

/// A broker that is a service: it takes one daemon at a time, and the next one when that has gone, and goes on over the
/// restarts of both.
///
/// Who connects is asked of the kernel. What a daemon has used up of its budgets its successor does not get back, so that
/// nobody gains by connecting anew.
package struct BrokerDoor: ~Copyable {
    /// A daemon that is served.
    private struct Served {
        let socket: MessageSocket
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
    private static let comes: UInt64 = 0
    private static let ends: UInt64 = 1

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

    /// Serves until one of these signals comes. Then the daemon is told by the end of its connection.
    package mutating func run(until signals: SignalDescriptor) throws(LinuxError) {
        let poll = try EventPoll()
        try poll.add(listener.descriptor, .readable, token: Self.comes)
        try poll.add(signals.descriptor, .readable, token: Self.ends)
        while true {
            let events = try poll.wait(milliseconds: nil)
            guard !events.contains(where: { $0.token == Self.ends }) else { break }
            guard !events.isEmpty else { continue }
            do throws(LinuxError) {
                if let socket = try listener.accept() { try take(socket) }
            } catch {
                say("a daemon could not be taken: \(error.description)")
                usleep(Self.pause)
            }
        }
        dismiss()
        errands.end()
    }

    /// Has the daemon end first, in order: what its witness looks at last, and what it leaves, is still here then.
    private mutating func dismiss() {
        guard let served else { return }
        do throws(LinuxError) {
            let poll = try EventPoll()
            try poll.add(served.socket.descriptor, .hangup, token: Self.ends)
            // One that reads nothing is not waited for.
            try served.socket.limitSending(microseconds: Self.longestFarewell)
            try served.socket.send(BrokerWire.farewell)
            _ = try poll.wait(milliseconds: Self.longestLeave)
        } catch {
            say("the daemon was not told to end first: \(error.description)")
        }
        served.socket.shutDown()
        leave()
    }

    private mutating func take(_ socket: MessageSocket) throws(LinuxError) {
        guard let peer = PeerCredentials(of: socket.descriptor), peer.uid == user else {
            let peer = PeerCredentials(of: socket.descriptor)
            let who = peer.map { "uid \($0.uid), pid \($0.pid)" } ?? "nobody knows whom"
            return refuse("a connection of \(who): the daemon is uid \(user)")
        }
        guard connections.take(at: Clocks.monotonicMicroseconds) else {
            return refuse("a connection of pid \(peer.pid): it connects more often than a daemon is started")
        }
        // Its end may be on its way to its thread.
        guard served?.socket.isOver ?? true else {
            return refuse("a connection of pid \(peer.pid): another daemon is served")
        }
        leave()
        let runner = try BrokerRunner(socket: socket, service: service, errands: errands, say: say)
        let thread = try WorkerThread(name: "doe-daemon") { [say] in
            do throws(LinuxError) {
                try runner.run()
            } catch {
                // Nobody reads its requests any more.
                socket.shutDown()
                say("the daemon is not served any more: \(error.description)")
            }
        }
        served = Served(socket: socket, runner: runner, thread: thread)
    }

    /// Waits until the daemon that has gone is no longer served.
    private mutating func leave() {
        guard let gone = served else { return }
        gone.thread.join()
        service = gone.runner.judged
        served = nil
    }

    private func refuse(_ why: String) { report.take(BrokerError(.notAllowed, why)) }
}
