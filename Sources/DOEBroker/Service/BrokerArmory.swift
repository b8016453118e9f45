internal import DOELinux
internal import DOETrace
internal import DOEWords
internal import PCIConfig
internal import Synchronization

/// The witness' arms, for a daemon that may be hostile: it says which functions, and when; what is probed, and which
/// functions have a mailbox, is found here.
///
/// It belongs to the broker, and not to a connection: what one daemon leaves in order, or drops as it is killed, the next
/// one takes over, and the kernel keeps meanwhile what happens.
final class BrokerArmory: Sendable {
    private struct Service: Hashable {
        /// Which daemon is served, in their order.
        var daemon: UInt64 = 0
        /// When the one before has gone, by the trace's clock, nanoseconds.
        var gone: UInt64 = 0
    }

    private struct State {
        /// Named by the daemon, and not looked at yet.
        var named: [FunctionAddress] = []
        var check: MailboxCheck
        var arms: (any ArmsOfKernel)?
        /// For which daemon they were armed, or who took them over.
        var owner: UInt64 = 0
        var watched: [WatchedFunction] = []
    }

    /// Never held while anything waits for the kernel.
    private let service = Mutex(Service())
    private let state: Mutex<State>
    private let keepsArms: Bool
    private let make: @Sendable () throws(Obstacle) -> any ArmsOfKernel

    /// Of this host. `make` takes what is left of earlier ones away.
    init(
        host: PCIHost, keepsArms: Bool = false,
        make: @escaping @Sendable () throws(Obstacle) -> any ArmsOfKernel = { () throws(Obstacle) in try OwnArms() }
    ) {
        state = Mutex(State(check: MailboxCheck(on: host)))
        self.keepsArms = keepsArms
        self.make = make
    }

    /// One more daemon is served from now on; its number.
    func beginService() -> UInt64 {
        service.withLock { service in
            service.daemon += 1
            return service.daemon
        }
    }

    /// That one has gone. What it did last was done before.
    func endService(of daemon: UInt64) {
        service.withLock { if $0.daemon == daemon { $0.gone = Clocks.monotonicNanoseconds } }
    }

    /// The broker ends for good, and no daemon comes after: all is taken away, and nothing armed any more. What is under
    /// way is waited for. An error tells of what is left, and what is left is taken away by the next try.
    func end() throws(Obstacle) {
        _ = beginService()
        try state.withLock { state throws(Obstacle) in
            try state.arms?.disarm()
            (state.arms, state.watched) = (nil, [])
        }
    }

    func answer(_ request: ArmsRequest, to daemon: UInt64) throws(BrokerError) -> BrokerAnswer {
        do throws(Obstacle) {
            return try state.withLock { state throws(Obstacle) in try answer(request, to: daemon, &state) }
        } catch {
            throw BrokerError(.failed, error.problem, remedy: error.remedy)
        }
    }

    private func answer(
        _ request: ArmsRequest, to daemon: UInt64, _ state: inout State
    ) throws(Obstacle) -> BrokerAnswer {
        // It may have waited for long, and its daemon has gone since.
        guard service.withLock({ $0.daemon }) == daemon else { throw Obstacle("another daemon is served by now") }
        switch request {
        case .functions(let functions, let areFirst):
            if areFirst { state.named = [] }
            guard state.named.count + functions.count <= ArmsRequest.mostNamed else {
                throw Obstacle("more than \(ArmsRequest.mostNamed) functions were named")
            }
            state.named += functions
            return .done
        case .arm: return try arm(for: daemon, &state)
        case .watch: return .file(try Self.file(of: watch(by: armed(state, daemon), &state)))
        case .check: return .file(try Self.file(of: armed(state, daemon).check()))
        case .beginCanary(let function, let thread):
            try armed(state, daemon).beginCanary(at: function, readBy: thread)
            return .done
        case .endCanary:
            if state.owner == daemon { state.arms?.endCanary() }
            return .done
        case .disarm:
            if state.owner == daemon { try disarm(&state) }
            return .done
        case .leave:
            guard state.owner == daemon, let arms = state.arms else { return .done }
            if keepsArms { try arms.keep() } else { try disarm(&state) }
            return .done
        case .files(let pair):
            let (one, other) = try armed(state, daemon).files(at: Int(pair))
            return .pair(one, other)
        }
    }

    private func arm(for daemon: UInt64, _ state: inout State) throws(Obstacle) -> BrokerAnswer {
        let gone = service.withLock { $0.gone }
        if state.owner != daemon, let arms = state.arms, var handover = try? arms.handOver(gone: gone) {
            let before = Set(state.watched)
            state.owner = daemon
            var report = try watch(by: arms, &state)
            handover.isWatchWhole = before.isSuperset(of: report.watched)
            report.handover = handover
            return .file(try Self.file(of: report))
        }
        // What was armed before is of no use any more: who asks has lost its sight.
        try? disarm(&state)
        let arms = try make()
        do throws(Obstacle) {
            let report = try watch(by: arms, &state)
            (state.arms, state.owner) = (arms, daemon)
            return .file(try Self.file(of: report))
        } catch {
            try? arms.disarm()
            throw error
        }
    }

    /// Whatever comes of it: what the kernel does not give up is found and taken away when it is armed anew.
    private func disarm(_ state: inout State) throws(Obstacle) {
        let arms = state.arms.take()
        state.watched = []
        try arms?.disarm()
    }

    private func armed(_ state: State, _ daemon: UInt64) throws(Obstacle) -> any ArmsOfKernel {
        guard let arms = state.arms, state.owner == daemon else { throw Obstacle("nothing is armed") }
        return arms
    }

    private func watch(by arms: any ArmsOfKernel, _ state: inout State) throws(Obstacle) -> ArmsReport {
        let (watched, refused) = state.check.watched(of: state.named)
        var report = try arms.watch(watched)
        state.watched = watched
        report.unwatched = refused
        return report
    }

    private static func file(of report: ArmsReport) throws(Obstacle) -> Descriptor {
        do throws(LinuxError) {
            return try SealedMemory.file("doe-audit-arms", report.bytes)
        } catch {
            throw Obstacle(error)
        }
    }
}
