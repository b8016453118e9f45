public import DOELinux
public import DOEPolicy
internal import DOEAuditTrail
internal import DOERecord
internal import DOEWords
internal import Synchronization

/// Reads the rules anew while the daemon serves: on a thread of its own, one load after the other, since many rules
/// take a second, and names a directory service that may take longer.
///
/// Exchanges that are under way are asked about under the new policy, up to their GO.
public final class PolicyReloader: Sendable {
    /// What happens.
    public enum News: Sendable {
        /// A load begins.
        case begins
        /// It has ended, and is on record.
        case ended(PolicyLoad)
        /// It could not be recorded: why.
        case unrecorded(String)
    }

    private struct State {
        var last: PolicyLoad
        /// A signal waits for its load: a second one asks for nothing more.
        var signalWaits = false
        /// Those that have not begun.
        var waiting = 0
        var underWay: ReloadUnderWay?
    }

    private let monitor: Monitor
    private let load: @Sendable (_ generation: UInt64) throws -> Policy
    private let tell: @Sendable (News) -> Void
    private let worker: SerialWorker
    private let state: Mutex<State>

    /// Starts the thread. `first` is the load at the start, which is in force; `tell` is called on the thread.
    public init(
        monitor: Monitor, first: PolicyLoad, load: @escaping @Sendable (_ generation: UInt64) throws -> Policy,
        tell: @escaping @Sendable (News) -> Void
    ) throws(LinuxError) {
        self.monitor = monitor
        self.load = load
        self.tell = tell
        state = Mutex(State(last: first))
        worker = try SerialWorker(name: "doe-policy")
    }

    /// What the last load came to.
    public var last: PolicyLoad { state.withLock { $0.last } }

    /// The reload that is under way, with how many wait for its end; `nil` where there is none.
    public var underWay: ReloadUnderWay? {
        state.withLock { state in
            var reload = state.underWay
            reload?.waiting = state.waiting
            return reload
        }
    }

    /// Loads in its turn; `then` is called on the thread when the policy is in force or has been refused.
    public func reload(for asker: PolicyLoad.Asker, then: @escaping @Sendable (PolicyLoad) -> Void) {
        state.withLock { $0.waiting += 1 }
        worker.perform { [self] in then(reload(asker)) }
    }

    /// Loads for a SIGHUP. Signals that come before that load begins are one.
    public func reloadAtSignal() {
        let isFirst = state.withLock { state in
            guard !state.signalWaits else { return false }
            state.signalWaits = true
            state.waiting += 1
            return true
        }
        guard isFirst else { return }
        worker.perform { [self] in
            state.withLock { $0.signalWaits = false }
            _ = reload(.signal)
        }
    }

    private func reload(_ asker: PolicyLoad.Asker) -> PolicyLoad {
        state.withLock { state in
            state.waiting -= 1
            state.underWay = ReloadUnderWay(
                asker: asker, since: Clocks.realtimeMicroseconds, step: .reading, waiting: 0)
        }
        tell(.begins)
        let load = PolicyLoad(after: last, askedBy: asker, load: load)
        state.withLock { $0.underWay?.step = .recording }
        // On record before the first exchange under it.
        do throws(TrailError) {
            try monitor.trail.write(load.record)
        } catch {
            let event = "\(load.record.message): \(error.description)"
            monitor.count { $0.unrecordedEvent = event }
            tell(.unrecorded(event))
        }
        if load.error == nil { monitor.takeIntoForce(load.policy) }
        state.withLock { state in
            state.last = load
            state.underWay = nil
        }
        tell(.ended(load))
        return load
    }

    /// Takes nothing more.
    public func close() { worker.close() }

    /// Waits for the end of a load that is under way; after `close`, once. `false` where it takes longer.
    public func join(withinMicroseconds limit: UInt64) -> Bool { worker.join(withinMicroseconds: limit) }
}
