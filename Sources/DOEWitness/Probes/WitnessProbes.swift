public import DOELinux
public import DOEWords
public import PCIConfig

/// Our probes in the kernel, from the first one's definition to the last one's removal: adds them, sees that they stay,
/// and hands over what they write. For one thread, the same from the start to the end.
public final class WitnessProbes {
    private let tracefs: Tracefs
    private let instance: TraceInstance
    private let reader: TraceReader
    private let programs: WitnessPrograms?
    private let canary: CanaryFunction?
    private var canaryWatch: CanaryWatch
    /// The same of our programs.
    private var programWatch: CanaryWatch
    private var lostBeforeCanary: UInt64?
    private var functions: [WatchedFunction]
    /// What a probe could not be told to let through: the events of the functions that are watched.
    private var filterProblems: [String: LinuxError] = [:]
    /// Why our programs do not know all functions that are watched.
    private var tableProblem: LinuxError?
    private var lastAllRight: UInt64
    private var waiting: (poll: EventPoll, token: UInt64)?

    /// Functions that this kernel does not have, or that cannot be probed: why not.
    public let missing: [String: String]
    /// Why our programs are not in the kernel, and probes do what they can in their place; `nil` where they are.
    public let programsRefused: Obstacle?
    /// What the ring buffer's pages begin with, as the kernel gives it.
    public let headerPage: PageHeader
    /// Grows when events have new numbers: their formats must be learned anew.
    public private(set) var formatGeneration = 0

    /// Finds out what the kernel has, adds the probes, and watches these functions from now on.
    ///
    /// Throws where nothing would be seen of what goes past the proxy.
    public static func start(
        watching functions: [WatchedFunction], on host: PCIHost = PCIHost(), now: UInt64 = Clocks.monotonicMicroseconds
    ) throws(Obstacle) -> WitnessProbes {
        do throws(Obstacle) {
            let tracefs = try Tracefs.find()
            let instance = try TraceInstance(tracefs)
            do throws(Obstacle) {
                return try WitnessProbes(tracefs, instance, Self.types(), functions, host, now)
            } catch {
                try? instance.remove()
                throw error
            }
        } catch {
            throw Self.obstacle(error, under: .current())
        }
    }

    /// Under confidentiality the kernel lets nobody trace it: its files are not there, or cannot be opened.
    static func obstacle(_ error: Obstacle, under lockdown: KernelLockdown) -> Obstacle {
        guard lockdown == .on("confidentiality") else { return error }
        return Obstacle(
            "the kernel is locked down (confidentiality) and lets nobody trace it",
            remedy: "boot with lockdown=integrity: it keeps root from changing the kernel and lets it be traced")
    }

    private init(
        _ tracefs: Tracefs, _ instance: TraceInstance, _ types: KernelTypeFacts?, _ functions: [WatchedFunction],
        _ host: PCIHost, _ now: UInt64
    ) throws(Obstacle) {
        (programs, programsRefused) = Self.programs(types)
        let plan = Self.plan(types, without: programs == nil ? [] : WitnessPrograms.roles)
        instance.add(plan)
        try Self.checkSight(of: instance, plan)
        let header = try TraceInstance.explained { () throws(LinuxError) in try instance.headerPage() }
        do throws(TraceFormatError) { headerPage = try PageHeader(header) } catch { throw Obstacle(error) }
        let pages = headerPage
        reader = try TraceInstance.explained { () throws(LinuxError) in
            try TraceReader(of: tracefs.directory, instance: TraceInstance.directory, pageSize: pages.pageSize) {
                page in
                let reading = TracePage.read(page, pages) { _, _ in }
                return reading.damage == nil ? reading.events : nil
            }
        }
        self.tracefs = tracefs
        self.instance = instance
        self.functions = functions
        missing = plan.missing
        canary = CanaryFunction(on: host, without: Set(functions.map(\.address)))
        canaryWatch = CanaryWatch(at: now)
        programWatch = canaryWatch
        lastAllRight = now
        setFilters()
    }

    /// The probes that the kernel took, with their formats.
    public var taken: [TakenProbe] { instance.taken }

    /// What is told of, by probes and by programs.
    public var roles: Set<ProbeRole> {
        Set(taken.map(\.role)).union(programs == nil ? [] : WitnessPrograms.roles)
    }

    /// Whether it is told who writes, at the moment in which he does.
    public var tellsWriters: Bool { programs != nil }

    /// The probes that it did not take.
    public var refused: [RefusedProbe] { instance.refused }

    /// Where the canary is read; `nil` where no function will do, and so nothing shows whether the probes fire.
    public var canaryAddress: FunctionAddress? { canary?.address }

    /// Watches these functions from now on, in place of those before. Nothing is missed of those that stay.
    public func watch(_ functions: [WatchedFunction]) {
        self.functions = functions
        setFilters()
    }

    /// Whether there are so many functions that the filters leave out writes beside the mailboxes' registers.
    public var seesRegistersOnly: Bool {
        taken.contains { if case .anyFunction = $0.filter { true } else { false } }
    }

    /// What the kernel did not take, so that the witness sees less: programs, and filters, or what they had to let through.
    public var notes: [Obstacle] {
        var notes: [Obstacle] = []
        if let programsRefused {
            notes.append(
                Obstacle(
                    "the witness' programs are not in the kernel, so reading config space costs more, and who writes and "
                        + "ends at once may stay unknown: \(programsRefused.problem)", remedy: programsRefused.remedy))
        }
        if let tableProblem {
            notes.append(Obstacle("the witness' programs do not watch all functions: \(tableProblem.problem)"))
        }
        notes += filterProblems.sorted { $0.key < $1.key }.map { event, error in
            Obstacle("the witness' probe \(event) has no filter: \(error.problem)")
        }
        if seesRegistersOnly {
            notes.append(
                Obstacle(
                    "\(functions.count) functions are too many for one filter: writes beside their mailboxes' registers "
                        + "are not seen"))
        }
        return notes
    }

    /// Has a poll wait for events, with one token for all processors; those that come later are added by `check`.
    public func wait(in poll: EventPoll, token: UInt64) throws(Obstacle) {
        waiting = (poll, token)
        try TraceInstance.explained { () throws(LinuxError) in
            try reader.wait(in: poll, token: token)
            if let programs { try poll.add(programs.descriptor, .readable, token: token) }
        }
    }

    /// Hands over each page that is there, with its processor's number; does not wait. Returns whether more may be there.
    public func pass(_ body: (_ page: RawSpan, _ processor: Int) -> Void) throws(Obstacle) -> Bool {
        try TraceInstance.explained { () throws(LinuxError) in try reader.pass(limit: 256, body) }
    }

    /// Hands over what the programs have told; does not wait. Returns whether more may be there. What is told of a write's
    /// writer is there before the write's event is: so the pages are to be read first.
    func passPrograms(_ body: (ProgramRecord.Content) -> Void) -> Bool { programs?.pass(limit: 1 << 14, body) ?? false }

    /// Records of the programs that could not be read.
    var unreadableRecords: UInt64 { programs?.unreadable ?? 0 }

    /// An event of the canary was decoded: when its read began, nanoseconds.
    public func sawCanary(at time: UInt64) { canaryWatch.saw(readAt: time / 1000) }

    /// Takes what a program has told of a read, where it was the canary's.
    func tookCanary(_ event: TracedEvent) -> Bool {
        guard case .read(let function, _) = event.access, function == canary?.address else { return false }
        programWatch.saw(readAt: event.time / 1000)
        return true
    }

    /// Events that were lost or missed since the start.
    public func missed() throws(Obstacle) -> MissedCounts {
        try TraceInstance.explained { () throws(LinuxError) in
            var missed = try reader.missed(by: Set(taken.map(\.event)))
            missed.reads = try programs?.missed() ?? 0
            return missed
        }
    }

    /// When to check next; CLOCK_MONOTONIC, microseconds.
    public var nextCheck: UInt64 { min(canaryWatch.nextDeadline, programWatch.nextDeadline) }

    /// Sees whether all is as it was left, mends what is not, and reads the canary when its time has come. Whoever calls
    /// it makes a pass before, so that a canary that was seen counts.
    public func check(now: UInt64 = Clocks.monotonicMicroseconds) -> [ProbeFinding] {
        if let waiting { try? reader.wait(in: waiting.poll, token: waiting.token) }
        let toBuffers = (try? reader.damage()) ?? []
        var findings = (instance.damage() + toBuffers).map { mended($0) }
        // Where events were lost meanwhile, that is told as such, and this may be one of them.
        if canaryWatch.isLost(at: now), lostEvents == lostBeforeCanary {
            findings.append(
                ProbeFinding(
                    obstacle: Obstacle(
                        "the witness' probes do not fire: its own read of \(canary?.address.description ?? "-") was not seen",
                        remedy: "see whether /sys/kernel/debug/kprobes/enabled says 0, and who switched them off"),
                    extent: .blind, isMended: false, unseenSince: canaryWatch.lastSeen))
        }
        if programWatch.isLost(at: now), lostEvents == lostBeforeCanary {
            findings.append(
                ProbeFinding(
                    obstacle: Obstacle(
                        "the witness' program for reads does not run: its own read of "
                            + "\(canary?.address.description ?? "-") was not told of",
                        remedy: "restart doe-auditd, so that it hands its programs to the kernel anew"),
                    extent: .partly(WitnessPrograms.roles), isMended: false, unseenSince: programWatch.lastSeen))
        }
        if canaryWatch.isDue(at: now) { readCanary(at: now) }
        if findings.isEmpty { lastAllRight = now }
        return findings
    }

    /// Takes all probes away.
    public func stop(_ poll: EventPoll?) throws(Obstacle) {
        if let poll { reader.stopWaiting(in: poll) }
        if let poll, let programs { poll.remove(programs.descriptor) }
        waiting = nil
        reader.close()
        try TraceInstance.explained { () throws(LinuxError) in try instance.remove() }
    }
}

extension WitnessProbes {
    private func setFilters() {
        do throws(LinuxError) {
            try programs?.watch(functions)
            tableProblem = nil
        } catch {
            tableProblem = error
        }
        let filters = ProbeFilters(watching: functions)
        for probe in instance.taken where probe.role != .canary {
            set(filters.filter(of: probe.role), of: probe.event)
        }
    }

    private func set(_ filter: ProbeFilter, of event: String) {
        do throws(LinuxError) {
            try instance.set(filter, of: event)
            filterProblems[event] = nil
        } catch {
            filterProblems[event] = error
        }
    }

    /// What is wrong, put right if it can be.
    private func mended(_ damage: ProbeDamage) -> ProbeFinding {
        var isMended = false
        var remedy = "find out who did it: whoever traces this host may have cleaned up too much"
        if case .unreadable = damage {
            remedy = "restart doe-auditd, so that it makes its instance anew"
        } else {
            do throws(LinuxError) {
                try instance.mend(damage)
                isMended = true
                if case .removed = damage { formatGeneration += 1 }
            } catch {
                remedy = "it could not be put right: \(error.problem)"
            }
        }
        return ProbeFinding(
            obstacle: Obstacle(damage.problem, remedy: remedy), extent: extent(of: damage),
            isMended: isMended, unseenSince: lastAllRight)
    }

    private func extent(of damage: ProbeDamage) -> ProbeFinding.Extent {
        switch damage {
        case .removed(let event), .disabled(let event), .filterChanged(let event, _):
            .partly(Set(instance.taken.filter { $0.event == event }.map(\.role)))
        case .threadsOnly, .readByOthers, .emptied: .partly(Set(instance.taken.map(\.role)))
        case .tracingOff, .unreadable: .blind
        }
    }

    private var lostEvents: UInt64? { try? missed().total }

    private func readCanary(at now: UInt64) {
        canaryWatch.willRead(at: now)
        programWatch.willRead(at: now)
        lostBeforeCanary = lostEvents
        let probe = instance.taken.first { $0.role == .canary }
        if programs == nil { programWatch.couldNotRead() }
        if probe == nil { canaryWatch.couldNotRead() }
        guard let canary else {
            canaryWatch.couldNotRead()
            programWatch.couldNotRead()
            return
        }
        // There only for this one read: it lies on every read of a config file.
        if let probe { set(canary.filter, of: probe.event) }
        do throws(LinuxError) {
            if let programs {
                try programs.withCanary(canary.address) { () throws(LinuxError) in try canary.read() }
            } else {
                try canary.read()
            }
        } catch {
            canaryWatch.couldNotRead()
            programWatch.couldNotRead()
        }
        if let probe { set(.nothing, of: probe.event) }
    }
}
