package import DOELinux
package import DOEWords
package import PCIConfig

/// Our probes in the kernel, from the first one's definition to the last one's removal: adds them, sees that they
/// stay, and hands over what they write. For one thread, the same from the start to the end.
package final class Instruments {
    private let tracefs: Tracefs
    let instance: TraceInstance
    let reader: TraceReader
    let programs: WitnessPrograms?
    /// `nil` where no function will do, and so nothing shows whether the probes fire.
    let canary: Canary?
    /// Whether the probe for the canary is on.
    var isCanaryArmed = false
    /// When all is compared next.
    var nextLook: UInt64
    private var functions: [WatchedFunction]
    /// What a probe could not be told to let through: the events of the functions that are watched.
    private var filterProblems: [String: LinuxError] = [:]
    /// Why our programs do not know all functions that are watched.
    private var tableProblem: LinuxError?
    var lastAllRight: UInt64
    private var waiting: (poll: EventPoll, token: UInt64)?
    /// Descriptors of programs that are not waited for now.
    private var leftOut: Set<Int32> = []

    /// Functions that this kernel does not have, or that cannot be probed: why not.
    package let missing: [String: String]
    /// Why our programs are not in the kernel, and probes do what they can in their place; `nil` where they are.
    let programsRefused: Obstacle?
    /// What the ring buffer's pages begin with, as the kernel gives it.
    let headerPage: PageHeader
    /// Grows when events have new numbers: their formats must be learned anew.
    var formatGeneration = 0

    /// Grows when other writes are traced and counted than before.
    private(set) var watchGeneration = 0

    /// Finds out what the kernel has, adds the probes, and watches these functions from now on.
    ///
    /// Throws where nothing would be seen of what goes past the proxy.
    package static func start(
        watching functions: [WatchedFunction], on host: PCIHost = PCIHost(), now: UInt64 = Clocks.monotonicMicroseconds
    ) throws(Obstacle) -> Instruments {
        do throws(Obstacle) {
            let tracefs = try Tracefs.find()
            let instance = try TraceInstance(tracefs)
            do throws(Obstacle) {
                return try Instruments(tracefs, instance, Self.types(), functions, host, now)
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
        canary = try Self.canary(
            on: host, without: functions, seenByProbe: instance.taken.contains { $0.role == .canary },
            byProgram: programs != nil, at: now)
        nextLook = now
        lastAllRight = now
        setFilters()
    }

    /// The probes that the kernel took, with their formats.
    var taken: [TakenProbe] { instance.taken }

    /// What is told of, by probes and by programs.
    package var roles: Set<ProbeRole> {
        Set(taken.map(\.role)).union(programs == nil ? [] : WitnessPrograms.roles)
    }

    /// Whether it is told who writes, at the moment in which he does.
    package var tellsWriters: Bool { programs != nil }

    /// The probes that it did not take.
    var refused: [RefusedProbe] { instance.refused }

    /// Watches these functions from now on, in place of those before. Nothing is missed of those that stay.
    package func watch(_ functions: [WatchedFunction]) {
        self.functions = functions
        setFilters()
    }

    /// Whether there are so many functions that the filters leave out writes beside the mailboxes' registers.
    package var seesRegistersOnly: Bool {
        taken.contains { if case .anyFunction = $0.filter { true } else { false } }
    }

    /// What the kernel did not take, so that the witness sees less: programs, and filters, or what they had to let
    /// through.
    package var notes: [Obstacle] {
        var notes: [Obstacle] = []
        if let programsRefused {
            notes.append(
                Obstacle(
                    "the witness' programs are not in the kernel, so reading config space costs more, and who writes and "
                        + "ends at once may stay unknown: \(programsRefused.problem)", remedy: programsRefused.remedy))
        }
        for (way, refusal) in programs?.refused ?? [:] {
            let consequence =
                way == .probe
                ? "a crowd of threads that writes can hide who does"
                : "who is busy with bpf(2) calls can hide that he writes"
            notes.append(
                Obstacle(
                    "the witness' programs for writers run in one of two ways only, so \(consequence): \(refusal.problem)",
                    remedy: refusal.remedy))
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
    package func wait(in poll: EventPoll, token: UInt64) throws(Obstacle) {
        waiting = (poll, token)
        try TraceInstance.explained { () throws(LinuxError) in
            try reader.wait(in: poll, token: token)
            for source in programs?.sources ?? [] { try poll.add(source.descriptor, .readable, token: token) }
        }
    }

    /// Hands over each page that is there, with its processor's number; does not wait. Returns whether more may be
    /// there.
    func pass(_ body: (_ page: RawSpan, _ processor: Int) -> Void) throws(Obstacle) -> Bool {
        try TraceInstance.explained { () throws(LinuxError) in try reader.pass(limit: 256, body) }
    }

    /// Hands over what the programs have told; does not wait. Returns whether more may be there. What is told of a
    /// write's writer is there before the write's event is: so the pages are to be read first.
    func passPrograms(_ body: (ProgramRecord.Content) -> Void) -> Bool {
        guard let programs else { return false }
        let isMore = programs.pass(limit: 1 << 14, body)
        waitForWhatIsWorthwhile()
        return isMore
    }

    /// Whether a program was interrupted in the middle of what it tells: no descriptor says when it goes on.
    package var isProgramUnfinished: Bool { programs?.sources.contains { !$0.isWorthwhile } ?? false }

    private func waitForWhatIsWorthwhile() {
        guard let waiting, let programs else { return }
        for (descriptor, isWorthwhile) in programs.sources
        where isWorthwhile == leftOut.contains(descriptor.number) {
            let interest: EventPoll.Interest = isWorthwhile ? .readable : []
            guard (try? waiting.poll.modify(descriptor, interest, token: waiting.token)) != nil else { continue }
            if isWorthwhile { leftOut.remove(descriptor.number) } else { leftOut.insert(descriptor.number) }
        }
    }

    /// Records of the programs that could not be read.
    var unreadableRecords: UInt64 { programs?.unreadable ?? 0 }

    /// Events that were lost or missed since the start.
    func missed() throws(Obstacle) -> MissedCounts {
        try TraceInstance.explained { () throws(LinuxError) in
            var missed = try reader.missed()
            missed.reads = try programs?.missedReads() ?? 0
            missed.writers = try programs?.missedWriters() ?? 0
            return missed
        }
    }

    /// Processors that came since the last time are waited for as well.
    func waitForNewProcessors() {
        if let waiting { try? reader.wait(in: waiting.poll, token: waiting.token) }
    }

    /// Takes all probes away.
    package func stop(_ poll: EventPoll?) throws(Obstacle) {
        if let poll { reader.stopWaiting(in: poll) }
        if let poll { for source in programs?.sources ?? [] { poll.remove(source.descriptor) } }
        (waiting, leftOut) = (nil, [])
        canary?.end()
        reader.close()
        try TraceInstance.explained { () throws(LinuxError) in try instance.remove() }
    }
}

extension Instruments {
    private func setFilters() {
        watchGeneration += 1
        tableProblem = nil
        setTables { programs throws(LinuxError) in try programs.watch(functions) }
        let filters = ProbeFilters(watching: functions)
        for probe in instance.taken where probe.role != .canary {
            set(filters.filter(of: probe.role), of: probe.event)
        }
        // What the filters leave out must not be counted.
        setTables { programs throws(LinuxError) in try programs.count(registersOnly: seesRegistersOnly) }
    }

    private func setTables(_ body: (WitnessPrograms) throws(LinuxError) -> Void) {
        guard let programs else { return }
        do throws(LinuxError) { try body(programs) } catch { tableProblem = error }
    }

    func set(_ filter: ProbeFilter, of event: String) {
        do throws(LinuxError) {
            try instance.set(filter, of: event)
            filterProblems[event] = nil
        } catch {
            filterProblems[event] = error
        }
    }
}
