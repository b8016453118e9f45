package import DOELinux
internal import Synchronization
internal import SystemPackage

/// Serves one daemon, until that has gone: reads its messages one after the other, and has each done by a thread of its
/// kind. Another daemon may be served after it with the same errands.
///
/// All of it is bounded, by what costs the daemon alone: threads, what waits for them, and the kernel's own queue of the
/// socket. Answers wait for a daemon that does not read, and with them whatever it asks next.
package final class BrokerRunner: Sendable {
    /// How long the longest queue before threads of a kind may be.
    static let waiting = 64

    private let socket: MessageSocket
    private let service: Mutex<BrokerService>
    private let lanes: [BrokerRequest.Kind: BrokerLane]
    private let report: RefusalReport
    private let errands: BrokerErrands

    /// `say` tells a person; it must not wait.
    package init(
        socket: MessageSocket, service: BrokerService, errands: BrokerErrands,
        say: @escaping @Sendable (String) -> Void
    ) throws(LinuxError) {
        self.socket = socket
        self.service = Mutex(service)
        let report = RefusalReport(say: say)
        self.report = report
        let errands = errands.forNextDaemon()
        self.errands = errands
        let work: @Sendable (BrokerLane.Errand) -> Void = { [socket, report] errand in
            let answer = errands.answer(errand.request, errand.descriptors)
            if case .no(let error) = answer { report.take(error) }
            Self.send(answer, kind: errand.request.kind.rawValue, number: errand.number, to: socket)
        }
        var made: [BrokerLane] = []
        func lane(_ name: String, threads: Int) throws(LinuxError) -> BrokerLane {
            let lane = try BrokerLane(name: name, threads: threads, work)
            made.append(lane)
            return lane
        }
        do throws(LinuxError) {
            // A device can hold its thread, and so can a process that does not mean well, or a directory server: each kind
            // has its own. As many identities as the daemon has under way (IdentityTurns).
            let devices = try lane("doe-devices", threads: 2)
            let identities = try lane("doe-identity", threads: 12)
            let names = try lane("doe-names", threads: 2)
            let kernel = try lane("doe-kernel", threads: 1)
            // In order: what is named is watched next.
            let arms = try lane("doe-arms", threads: 1)
            let writers = try lane("doe-writers", threads: 2)
            lanes = [
                .config: devices, .kernelCDAT: devices, .identity: identities, .user: names, .group: names,
                .kernelLog: kernel, .kernelTaint: kernel, .kernelFile: kernel, .version: kernel,
                .armsFunctions: arms, .arm: arms, .armsWatch: arms, .armsCheck: arms, .armsFiles: arms,
                .beginCanary: arms, .endCanary: arms, .disarm: arms, .leave: arms, .writer: writers,
            ]
        } catch {
            // Their threads would wait for ever, and hold the connection.
            for lane in made { lane.close() }
            throw error
        }
    }

    /// Also where it was never run.
    deinit { for lane in lanes.values { lane.close() } }

    /// Returns once the daemon has gone; what is under way then is not waited for.
    package func run() throws(LinuxError) {
        defer {
            errands.daemonHasGone()
            for lane in lanes.values { lane.close() }
        }
        while let message = try socket.receive(upTo: BrokerWire.longestRequest) { take(message) }
    }

    /// Serves the process that made the connection, and ends with it: that can have passed its end to another one.
    package func runWithItsMaker() throws(LinuxError) {
        guard let maker = PeerCredentials(of: socket.descriptor),
            let process = HeldProcess(
                of: socket.descriptor, pid: maker.pid, startedBefore: Clocks.boottimeMicroseconds)
        else { throw LinuxError("hold", "the process that made this connection", .noSuchProcess) }
        // A thread of its own: the one that reads can be waiting for somebody who does not take his answers.
        try WorkerThread(name: "doe-daemon-end") { [socket] in
            process.waitForEnd()
            socket.shutDown()
        }.detach()
        try run()
    }

    /// What it has judged by now: who is served next has what this one left of the budgets.
    package var judged: BrokerService { service.withLock { $0 } }

    /// How many messages were refused.
    package var refusals: UInt64 { service.withLock { $0.refusals } }

    func hasThreads(for kind: BrokerRequest.Kind) -> Bool { lanes[kind] != nil }

    private func take(_ message: ReceivedMessage) {
        switch service.withLock({ $0.judge(message, at: Clocks.monotonicMicroseconds) }) {
        case .refuse(let error, let kind, let number): refuse(error, kind, number)
        case .perform(let request, let number):
            let errand = BrokerLane.Errand(request: request, number: number, descriptors: message.descriptors)
            guard lanes[request.kind]?.push(errand) != true else { return }
            service.withLock { $0.noteRefusal() }
            let busy = BrokerError(.busy, "\(Self.waiting) requests like this one wait already")
            refuse(busy, request.kind.rawValue, number)
        }
    }

    private func refuse(_ error: BrokerError, _ kind: UInt16, _ number: UInt64) {
        report.take(error)
        Self.send(.no(error), kind: kind, number: number, to: socket)
    }

    /// A daemon that has gone does not read it, and is noticed where its messages are read.
    private static func send(_ answer: BrokerAnswer, kind: UInt16, number: UInt64, to socket: MessageSocket) {
        try? socket.send(answer.bytes(kind: kind, number: number), with: answer.descriptors)
    }
}

/// Threads for one kind of request, and the few that wait for them.
final class BrokerLane: Sendable {
    struct Errand: Sendable {
        let request: BrokerRequest
        let number: UInt64
        let descriptors: [Descriptor]
    }

    private let queue = BlockingQueue<Errand>()
    private let count = Mutex(0)

    init(name: String, threads: Int, _ work: @escaping @Sendable (Errand) -> Void) throws(LinuxError) {
        do throws(LinuxError) {
            for _ in 0..<threads {
                try WorkerThread(name: name) { [self] in
                    while let errand = queue.take() {
                        count.withLock { $0 -= 1 }
                        work(errand)
                    }
                }.detach()
            }
        } catch {
            close()
            throw error
        }
    }

    /// `false` where too many wait already.
    func push(_ errand: Errand) -> Bool {
        let hasRoom = count.withLock { count in
            guard count < BrokerRunner.waiting else { return false }
            count += 1
            return true
        }
        return hasRoom && queue.push(errand)
    }

    func close() { queue.close() }
}
