import DOEAuditTrail
import DOEControl
import DOELinux
import DOEMailbox
import DOEMonitor
import DOEObjects
import DOEPolicy
import DOETaint
import DOEWords
import TestSupport
import SPDMSocket
import Testing

@testable import DOEProxy

/// A mailbox that answers each request with the request, when it is told to.
final class GatedMailbox: Mailbox {
    let name = MailboxName.simulated("gate")
    /// One entry for each request that has reached the mailbox.
    let entered = BlockingQueue<Int>()
    /// One entry lets one request through; closed, it lets all through.
    let gate = BlockingQueue<Void>()

    func securityManager() -> Fact<String> { .none }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { nil }
    func identity() -> MailboxIdentity { MailboxIdentity(name: name) }

    func exchange(_ permit: consuming Permit) -> ExchangeResult {
        guard case .object(let request) = permit.request else {
            return ExchangeResult(.outOfBand([]), dwordsWritten: 0)
        }
        _ = entered.push(request.dwordCount)
        _ = gate.take()
        return ExchangeResult(.response(request), dwordsWritten: request.dwordCount)
    }
}

/// A server on a thread of its own, with one mailbox and a control socket, over a ring that no journald empties.
final class ProxyHouse {
    static let object = ObjectID(vendor: 0x10de, type: 1)

    let directory = TemporaryDirectory()
    let mailbox = GatedMailbox()
    let accounts: ClientAccounts
    let monitor: Monitor
    private let stopEvent: WakeEvent
    private let worker: MailboxWorker
    let controlAccounts: ClientAccounts
    private let control: ControlService
    private let standIn: StandIn
    private let thread: WorkerThread
    private var isRunning = true

    init(
        frameSeconds: Int = 3600, limits: ClientLimits = ClientLimits(),
        controlLimits: ClientLimits = .onControlSocket, methods: [ControlMethod] = ControlMethod.fixed,
        identities: (any PeerIdentifying)? = nil
    ) throws {
        accounts = ClientAccounts(limits)
        controlAccounts = ClientAccounts(controlLimits)
        let trail = try AuditTrail(
            stateDirectory: directory.path,
            journal: JournalEndpoint(
                socket: directory.path + "/nobody", source: .directory(directory.path + "/nothing")),
            // Beside root's share there is one for whoever runs the tests.
            capacity: 256, slotsPerUser: 64)
        let ledger = try TaintLedger(directory: directory.path, boot: String(repeating: "0", count: 32))
        let policy = try Policy.load(
            files: [RuleFile(path: "50-test.rules", text: "allow object=\(Self.object)")],
            kernel: KernelVersion(major: 6, minor: 12), resolver: Nobody(), generation: 1)
        monitor = Monitor(
            judge: Judge(policy), trail: trail, ledger: ledger,
            leases: LeaseKeeper(directory: directory.path, boot: String(repeating: "0", count: 32)),
            warnKernelLog: { _ in true }, tellTaint: { _ in })
        stopEvent = try WakeEvent()
        standIn = try StandIn(monitor: monitor)
        // No time passes for it: a test may hold the mailbox as long as it takes, and it is not called blocked.
        worker = try MailboxWorker(mailbox: mailbox, monitor: monitor, standIn: standIn) { 1 }
        let served = try ServedMailbox(worker: worker, directory: directory.path)
        let controlSocket = try ListeningSocket(path: directory.path + "/control", mode: 0o600)
        control = try ControlService(methods) { _, _ in }
        let (stopEvent, accounts, controlAccounts, monitor, control) = (
            stopEvent, accounts, controlAccounts, monitor, control
        )
        let identities = try identities ?? IdentityThreads()
        let refusals = FoldedRefusals(monitor: monitor, standIn: standIn)
        thread = try WorkerThread(name: "serves") {
            do {
                let server = try ProxyServer(
                    monitor: monitor, accounts: accounts, controlAccounts: controlAccounts, refusals: refusals,
                    identities: identities)
                try server.serve(served, instance: "ring", frameSeconds: frameSeconds)
                try server.serve(controlSocket, control)
                try server.watch(stopEvent.descriptor) { server.stop() }
                try server.run(NoDuty())
            } catch {
                Issue.record(error)
            }
        }
    }

    var socketPath: String { "\(directory.path)/\(mailbox.name).sock" }

    func client() throws -> SPDMSocketClient {
        try SPDMSocketClient(connectingTo: .unix(socketPath), timeoutMilliseconds: 60_000)
    }

    /// A client that speaks for itself.
    func bareClient() throws -> StreamSocket { try StreamSocket.connect(path: socketPath) }

    static func request(dwords: Int = 3) throws -> [UInt8] {
        try DataObject(object, payload: Array(repeating: 0x11, count: (dwords - 2) * 4)).bytes
    }

    func tellToStop() { stopEvent.signal() }

    /// Waits for the server's thread. A server that does not end hangs the test.
    func join() {
        guard isRunning else { return }
        isRunning = false
        thread.join()
        worker.close()
        #expect(worker.join())
        control.close()
        #expect(control.join(withinMicroseconds: 60_000_000))
        standIn.close()
        standIn.join()
    }

    deinit {
        mailbox.gate.close()
        tellToStop()
        join()
    }
}

private struct Nobody: NameResolver {
    func user(named name: String) -> NameLookup { .notFound }
    func group(named name: String) -> NameLookup { .notFound }
}

private final class NoDuty: LoopDuty {
    func perform() -> UInt64? { nil }
}

extension ControlMethod {
    /// Answers that never change.
    static let fixed: [Self] = [
        .reading(ControlInterface.getStatus) { (_: NoParameters) in
            DaemonStatus.Answer(
                status: DaemonStatus(
                    version: "1", pid: 7, started: 1, mode: "production", modeReason: "x",
                    enforcement: "enforcing", enforcementReason: "x",
                    policy: PolicySummary(
                        generation: 1, sha256: "00", kernel: "Linux 6.12", rules: 2, files: ["a"], problem: nil),
                    trail: TrailSummary(
                        instance: "ring", sequence: 3, capacity: 64, pending: 0, unconfirmed: 0, journalSocket: "/x",
                        problem: nil),
                    proxy: true, mailboxes: 1, exchanges: 3, refused: 1, unenforced: 0, taint: "V", unacknowledged: "V",
                    sight: nil,
                    attention: []))
        },
        .reading(ControlInterface.getTaint) { (_: NoParameters) in
            TaintEntry.Answer(sinceBoot: "V", unacknowledged: "", taints: [], ledger: [])
        },
        .readingSlowly("\(ControlInterface.name).GetSlowly") { (_: NoParameters) in ["slowly": true] },
        .changing("\(ControlInterface.name).Change") { (_: NoParameters, caller) in ["by": "\(caller.uid)"] },
        .reading(ControlInterface.listMailboxes) { (_: NoParameters) in
            MailboxEntry.Answer(mailboxes: [
                MailboxEntry(
                    MailboxIdentity(name: .simulated("gate")), capabilityVersion: nil, socket: "/x", taint: .vendor)
            ])
        },
    ]
}

extension StreamSocket {
    /// Everything until the other end closes.
    func readToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while try waitReadable(until: Clocks.monotonicMicroseconds + 60_000_000) {
            guard case .bytes(let count) = try receive(into: &buffer) else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
