internal import DOEBroker
internal import DOEConfiguration
internal import DOELinux
internal import DOEProxy
internal import DOETrace
internal import DOEWitness
internal import DOEWords
internal import PCIConfig

/// What takes rights, each from whoever has them: from the broker where the daemon was started as root, else from this
/// process, which is an ordinary user's then and has a simulator, mostly.
struct Privileged: Sendable {
    /// How config space is opened.
    let config: ConfigAccess
    /// Who knows the host's accounts.
    let names: HostNames
    /// The number of a group that may not be there.
    let group: @Sendable (String) -> UInt32?
    /// Who learns who a client's process is.
    let naming: ProcessNaming
    let openKernelLog: @Sendable () throws(LinuxError) -> Descriptor
    let addUserspaceTaint: @Sendable () throws(LinuxError) -> Void
    let kernelSymbols: @Sendable () throws(LinuxError) -> KernelSymbols
    /// Who has the kernel trace for the witness.
    let arming: any Arming
    /// Who learns who it was that the witness has seen.
    let processes: ProcessSource
    /// The broker, where there is one.
    let broker: RunningBroker?

    /// By the broker, where there is one.
    init(_ broker: RunningBroker?) {
        if let broker { self.init(through: broker) } else { self.init() }
    }

    /// By this process itself.
    private init() {
        config = .own
        names = HostNames()
        group = { try? AccountDatabase.group(named: $0) }
        naming = { ProcessIdentity(of: $0, number: $1) }
        openKernelLog = KernelLogDevice.open
        addUserspaceTaint = { () throws(LinuxError) in try KernelTaintFlags.userspace.add() }
        kernelSymbols = { () throws(LinuxError) in try KernelSymbols() }
        arming = OwnArming()
        processes = .own
        broker = nil
    }

    private init(through broker: RunningBroker) {
        let client = broker.client
        config = client.configAccess
        names = HostNames(users: client.user(named:), groups: client.group(named:))
        group = { try? client.group(named: $0) }
        naming = client.processIdentity(of:number:)
        openKernelLog = client.openKernelLog
        addUserspaceTaint = client.taintKernel
        kernelSymbols = client.kernelSymbols
        arming = client
        processes = ProcessSource(asking: client)
        self.broker = broker
    }
}

/// The broker that this daemon has started, from beside its own program, or the service's.
final class RunningBroker: Sendable {
    /// How long its end is waited for, microseconds.
    private static let lastMoments: UInt64 = 1_000_000

    let client: BrokerClient
    private let program: ChildProgram?

    /// Begins to listen to its answers: with a thread.
    init(_ link: BrokerLink) throws(LinuxError) {
        program = link.program
        client = try BrokerClient(socket: link.socket)
    }

    /// Has one that was started here end, and waits a moment for that: whoever runs services is not to find it left over.
    func end() {
        client.close()
        program?.waitForEnd(withinMicroseconds: Self.lastMoments)
    }
}

extension ProcessSource {
    /// By the broker.
    fileprivate init(asking client: BrokerClient) {
        let questions = WitnessQuestions(client)
        self.init(
            place: { group, program in
                questions.place(of: group, program).map { Place(group: $0.group, program: $0.program) }
            },
            facts: questions.facts(of:), program: { questions.facts(of: $0)?.exe ?? .unknown },
            openNotices: OpenNotices.withoutRights)
    }
}
