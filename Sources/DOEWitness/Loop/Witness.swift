package import DOELinux
package import DOEMonitor
package import DOETrace
package import DOEWords
package import PCIConfig
internal import Synchronization

/// The witness: one thread that reads what the probes tell, puts exchanges back together, finds out whose they are,
/// and hands them to the monitor. It says what it sees and since when, and never that nothing happened.
package final class Witness: Sendable {
    let monitor: Monitor
    let host: WatchedHost
    let pciHost: PCIHost
    /// Who has the kernel trace for it.
    let arming: any Arming
    let source: ProcessSource
    let watch: CollisionWatch
    let book: ProcessBook
    let file: SightFile
    let wake: WakeEvent
    let intake = Mutex<TraceIntake?>(nil)
    let keeper = Mutex(SightKeeper(startsAt: Clocks.realtimeMicroseconds))
    let notes = Mutex(WatchNotes())
    let isStopping = Atomic(false)
    private let isWritingCounted = Atomic(false)
    /// Probes are being added or taken away, and there is nothing to be read.
    let isChanging = Atomic(false)
    /// The monitor may wait for the disk, and the trace must not wait for it.
    let observer: SerialWorker
    private let backlog = Backlog()
    private let thread = Mutex<WorkerThread?>(nil)

    /// What the thread waits for.
    enum Token: UInt64 {
        case wake
        case trace
        case devices
    }

    /// How many observations wait for the monitor; more than the limit are counted as missed.
    private final class Backlog: Sendable {
        static let limit = 4096
        let count = Atomic<Int>(0)
    }

    /// A witness that is to hand what it sees to this monitor. It looks at nothing before `start`.
    package init(
        monitor: Monitor, host: PCIHost, watch: CollisionWatch, book: ProcessBook, arming: any Arming,
        source: ProcessSource, access: ConfigAccess, runtimeDirectory: String
    ) throws(LinuxError) {
        self.monitor = monitor
        pciHost = host
        self.arming = arming
        self.source = source
        self.host = WatchedHost(host, through: access)
        self.watch = watch
        self.book = book
        file = SightFile(in: runtimeDirectory, boot: try BootID.current())
        wake = try WakeEvent()
        observer = try SerialWorker(name: "doe-observer")
    }

    /// Begins on a thread of its own.
    package func start() throws(LinuxError) {
        monitor.identifyMailboxes { [host] in host.identities(of: $0) }
        watch.attach { [weak self] in self?.catchUp() }
        let thread = try WorkerThread(name: "doe-witness") { [self] in
            var loop = WitnessLoop(self)
            loop.run()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Takes the probes away, and records what is still counted. To be called once, after `start`. `false` where the
    /// kernel did not let its thread go: the next start takes the probes away.
    package func stop() -> Bool {
        watch.detach()
        isStopping.store(true, ordering: .releasing)
        wake.signal()
        let isOver = thread.withLock { $0 }?.join(withinMicroseconds: Self.lastTurn) ?? true
        observer.close()
        _ = observer.join(withinMicroseconds: 3_000_000)
        monitor.finishObservations()
        return isOver
    }

    /// How long the end waits for the thread, microseconds.
    private static let lastTurn: UInt64 = 10_000_000

    /// What it sees now.
    package var sight: Sight {
        let notes = notes.withLock { $0 }
        return keeper.withLock { keeper in
            Sight(
                since: keeper.since, unseenSince: keeper.unseenSince, blindness: keeper.blindness, roads: notes.roads,
                missed: keeper.missed)
        }
    }

    /// What is to be known of it beside its sight: functions that nobody could look at, and what narrows a filter.
    package var troubles: [String] { notes.withLock { $0.troubles.map(\.description) } }

    /// On a mailbox's thread: reads what has been traced until now. What is read is looked at by the witness' own
    /// thread.
    private func catchUp() {
        guard !isChanging.load(ordering: .acquiring) else { return }
        do throws(Obstacle) {
            try pass()
        } catch {
            // The witness' own thread meets the same, and says so.
        }
        wake.signal()
    }

    /// One look at what was traced.
    func pass(isLast: Bool = false) throws(Obstacle) {
        try intake.withLock { intake throws(Obstacle) in
            try intake?.pass(isLast: isLast, claim: { watch.claim($0) }, told: { book.told($0, wrote: $1) })
        }
    }

    /// Whether the monitor is writing what it has counted.
    var isWriting: Bool { isWritingCounted.load(ordering: .acquiring) }

    /// It is to write what it has counted; `false` where it is at it already.
    func beginWriting() -> Bool { !isWritingCounted.exchange(true, ordering: .acquiringAndReleasing) }

    /// It has written it.
    func endWriting() {
        isWritingCounted.store(false, ordering: .releasing)
        wake.signal()
    }

    /// Has the monitor take something, on its own thread. `false` where too much waits for it already.
    func hand(whateverWaits: Bool = false, _ work: @escaping @Sendable (Monitor) -> Void) -> Bool {
        guard whateverWaits || backlog.count.load(ordering: .relaxed) < Backlog.limit else { return false }
        backlog.count.add(1, ordering: .relaxed)
        observer.perform { [monitor, backlog] in
            work(monitor)
            backlog.count.subtract(1, ordering: .relaxed)
        }
        return true
    }
}
