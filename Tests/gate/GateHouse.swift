import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEMonitor
import DOEObjects
import DOEPolicy
import DOEProxy
import DOESimulator
import DOETaint
import DOEWords
import PCIConfig
import SPDMSocket
import TestSupport

/// Everything that stands between a client and two simulated mailboxes, with a real journald and both of its doors.
final class GateHouse: Sendable {
    static let target = MailboxName.simulated("target")
    static let neighbour = MailboxName.simulated("neighbour")
    static let holder: UInt32 = 0

    let truth: HostTruth
    let function = GateHouse.takesEverything()
    let sentinel: Sentinel
    let monitor: Monitor
    let mailbox: RegisterMailbox
    let neighbour: RegisterMailbox
    let reloader: PolicyReloader
    let socketPath: String
    let port: UInt16
    /// In memory: the proof is not about disks, and each ring would be written out again and again.
    private let directory = TemporaryDirectory(below: "/dev/shm")
    private let workers: [MailboxWorker]
    private let standIn: StandIn
    private let stopEvent: WakeEvent
    private let server: WorkerThread

    init(
        _ journal: PrivateJournal, mode: Mode, enforcement: Enforcement = .enforcing, ringSlots: Int = 4096,
        rules: any ProofRules = WildRules(), clock: HastyClock = HastyClock(), intruder: Intruder? = nil,
        inTheWay: @escaping Sentinel.InTheWay = { nil }
    ) throws {
        let truth = HostTruth(mode: mode)
        self.truth = truth
        // Under a lease a compliance object may pass, and the headers say whether it was one that might.
        sentinel = Sentinel(
            function, truth: truth, isDenied: { mode == .production && rules.deny($0) }, intruder: intruder,
            inTheWay: inTheWay)
        let trail = try AuditTrail(
            stateDirectory: directory.path, runtimeDirectory: directory.path,
            journal: JournalEndpoint(socket: journal.socket, source: journal.source),
            capacity: ringSlots)
        let boot = try BootID.current()
        let first = PolicyLoad(after: nil, askedBy: .start, load: rules.next)
        let monitor = Monitor(
            judge: Judge(first.policy, enforcement: enforcement), trail: trail,
            ledger: try TaintLedger(directory: directory.path, boot: boot),
            mode: HostMode(reading: truth.read), leases: LeaseKeeper(directory: directory.path, boot: boot),
            warnKernelLog: { _ in true }, tellTaint: { _ in })
        self.monitor = monitor
        let judge = monitor.judgeInForce
        mailbox = Self.makeMailbox(Self.target, sentinel, judge, clock)
        neighbour = Self.makeMailbox(Self.neighbour, Self.takesEverything(), judge, HastyClock())
        reloader = try PolicyReloader(monitor: monitor, first: first, load: rules.next, tell: { _ in })
        let standIn = try StandIn(monitor: monitor)
        self.standIn = standIn
        workers = try [mailbox, neighbour].map { try MailboxWorker(mailbox: $0, monitor: monitor, standIn: standIn) }
        port = try Self.freePort()
        let door = try TCPDoor("\(Self.target)=127.0.0.1:\(port)")
        let served = [
            try ServedMailbox(worker: workers[0], directory: directory.path, tcp: door),
            try ServedMailbox(worker: workers[1], directory: directory.path),
        ]
        socketPath = served[0].socketPath
        let stopEvent = try WakeEvent()
        self.stopEvent = stopEvent
        server = try WorkerThread(name: "gate-serves") {
            Self.serve(served, monitor, standIn, until: stopEvent)
        }
    }

    /// Ends every thread, once.
    func close() {
        stopEvent.signal()
        server.join()
        for worker in workers { worker.close() }
        for worker in workers { _ = worker.join() }
        standIn.close()
        standIn.join()
        reloader.close()
        _ = reloader.join(withinMicroseconds: 10_000_000)
        _ = monitor.trail.flush(withinMicroseconds: 10_000_000)
        monitor.trail.stop()
    }

    private static func serve(
        _ served: [ServedMailbox], _ monitor: Monitor, _ standIn: StandIn, until stopEvent: WakeEvent
    ) {
        // What a limit refuses is judged all the same, but here everything is to get as far as it can.
        var limits = ClientLimits()
        limits.rate = 10_000_000
        limits.burst = 10_000_000
        do {
            let server = try ProxyServer(
                monitor: monitor, accounts: ClientAccounts(limits), controlAccounts: ClientAccounts(),
                refusals: FoldedRefusals(monitor: monitor, standIn: standIn), identities: IdentityThreads())
            for mailbox in served { try server.serve(mailbox, instance: "gate", frameSeconds: 3600) }
            try server.watch(stopEvent.descriptor) { server.stop() }
            try server.run(Idle())
        } catch {
            // Without its server the proof would hang, and prove nothing.
            fatalError("the proof's server: \(error)")
        }
    }

    private final class Idle: LoopDuty {
        func perform() -> UInt64? { nil }
    }

    private static func makeMailbox(
        _ name: MailboxName, _ function: any HeldFunction, _ judge: JudgeInForce, _ clock: HastyClock
    ) -> RegisterMailbox {
        RegisterMailbox(
            name: name, function: function, capability: SimulatedFunction.mailboxOffset, obeying: judge, clock: clock)
    }

    /// A device that takes every object that an attempt may wrap something in, and answers with it.
    private static func takesEverything() -> SimulatedFunction {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x10de, device: 0x2330), classCode: 0x050210, serialNumber: 0x1234)
        let objects = ["0001:01", "0001:02", "0001:03", "1e98:00", "1e98:02", "10de:01", "10de:02", "10de:55"]
        let handlers = objects.compactMap { ObjectID($0) }.map {
            ($0, { @Sendable in $0 } as SimulatedFunction.Handler)
        }
        return SimulatedFunction(device, handlers: Dictionary(uniqueKeysWithValues: handlers))
    }

    private static func freePort() throws -> UInt16 {
        guard let port = try ListeningSocket(address: "127.0.0.1", port: 0).port else {
            fatalError("a TCP socket has a port")
        }
        return port
    }
}
