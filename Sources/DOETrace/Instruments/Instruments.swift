package import DOELinux
package import DOEWords
package import PCIConfig

/// What our probes and programs tell, for its one reader: nothing here changes them, and whoever has the rights for it
/// (``Arms``) is asked. For one thread at a time.
package final class Instruments {
    /// Who is asked to change something. Each call may wait, and so is made while nobody waits for what is read.
    package let arms: any Arms
    let reader: TraceReader
    private let readings: ProgramReadings?
    /// `nil` where no function will do, and so nothing shows whether the probes fire.
    let canary: Canary?
    /// Whether the canary's read is told of now.
    var isCanaryArmed = false
    /// When all is compared next.
    var nextLook: UInt64
    var lastAllRight: UInt64
    private(set) var report: ArmsReport
    /// Where these arms had a reader before.
    let handover: ArmsReport.Handover?
    private var counted: CountedWrites
    private var missesByProbe: [String: GrowingCount] = [:]
    private var waiting: (poll: EventPoll, token: UInt64)?
    /// Descriptors of programs that are not waited for now.
    private var leftOut: Set<Int32> = []
    /// What the ring buffer's pages begin with, as the kernel gives it.
    let headerPage: PageHeader
    /// Grows when events have new numbers: their formats must be learned anew.
    private(set) var formatGeneration = 0
    /// Grows when other writes are traced and counted than before.
    private(set) var watchGeneration = 0

    /// Reads what was armed to watch these functions.
    package init(
        _ armed: ArmedTrace, watching functions: [WatchedFunction], on host: PCIHost,
        now: UInt64 = Clocks.monotonicMicroseconds
    ) throws(Obstacle) {
        (arms, report, counted) = (armed.arms, armed.report, CountedWrites(of: armed.report))
        do throws(TraceFormatError) { headerPage = try PageHeader(report.headerPage) } catch { throw Obstacle(error) }
        let pages = headerPage
        reader = TraceReader(
            of: armed.files.buffers.map { ($0.processor, $0.pages, $0.statistics) },
            readBefore: armed.report.handover?.read ?? [], pageSize: pages.pageSize
        ) { page in
            let reading = TracePage.read(page, pages) { _, _ in }
            return reading.damage == nil ? reading.events : nil
        }
        if let files = armed.files.programs {
            readings = try TraceInstance.explained { () throws(LinuxError) in
                try ProgramReadings(
                    probeRing: files.probeRing, ring: files.ring, losses: files.losses, writes: files.writes)
            }
        } else {
            readings = nil
        }
        canary = try Self.canary(
            on: host, without: functions, seenByProbe: report.probes.contains { $0.role == .canary },
            byProgram: readings != nil, at: now)
        nextLook = now
        handover = armed.report.handover
        // What is wrong now went wrong while nobody looked.
        lastAllRight = handover.map { min($0.since / 1000, now) } ?? now
        take(armed.report)
    }

    private static func canary(
        on host: PCIHost, without functions: [WatchedFunction], seenByProbe: Bool, byProgram: Bool, at now: UInt64
    ) throws(Obstacle) -> Canary? {
        guard let function = CanaryFunction(on: host, without: Set(functions.map(\.address))) else { return nil }
        var sights: Set<Canary.Sight> = []
        if seenByProbe { sights.insert(.probes) }
        if byProgram { sights.insert(.program) }
        do throws(LinuxError) {
            return try Canary(function, seenBy: sights, at: now)
        } catch {
            throw Obstacle(error)
        }
    }

    /// Takes over how the arms stand.
    package func take(_ new: ArmsReport) {
        if new.probes != report.probes { formatGeneration += 1 }
        let nowCounted = CountedWrites(of: new)
        if new.watched != report.watched || nowCounted != counted { watchGeneration += 1 }
        (report, counted) = (new, nowCounted)
        for (event, misses) in new.misses?.byProbes ?? [:] {
            missesByProbe[event, default: GrowingCount()].update(misses)
        }
    }

    /// What the kernel took, with its formats.
    var probes: [ArmsReport.Probe] { report.probes }

    /// Functions that this kernel does not have, or that cannot be probed: why not.
    package var missing: [String: String] { report.missing }

    /// What is told of, by probes and by programs.
    package var roles: Set<ProbeRole> {
        Set(probes.map(\.role)).union(readings == nil ? [] : WitnessPrograms.roles)
    }

    /// Whether it is told who writes, at the moment in which he does.
    package var tellsWriters: Bool { readings != nil }

    /// Whether there are so many functions that the filters leave out writes beside the mailboxes' registers.
    package var seesRegistersOnly: Bool { report.seesRegistersOnly }

    /// Why less is seen than could be.
    package var notes: [Obstacle] { report.notes + report.unwatched }

    /// Whether there is something that should be watched and is not yet.
    package var isWatchIncomplete: Bool { !report.unwatched.isEmpty }

    /// Has a poll wait for events, with one token for all processors; those that come later are added by `check`.
    package func wait(in poll: EventPoll, token: UInt64) throws(Obstacle) {
        waiting = (poll, token)
        try TraceInstance.explained { () throws(LinuxError) in
            try reader.wait(in: poll, token: token)
            for source in readings?.sources ?? [] { try poll.add(source.descriptor, .readable, token: token) }
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
        guard let readings else { return false }
        let isMore = readings.pass(limit: 1 << 14, body)
        waitForWhatIsWorthwhile()
        return isMore
    }

    /// Whether a program was interrupted in the middle of what it tells: no descriptor says when it goes on.
    package var isProgramUnfinished: Bool { readings?.sources.contains { !$0.isWorthwhile } ?? false }

    private func waitForWhatIsWorthwhile() {
        guard let waiting, let readings else { return }
        for (descriptor, isWorthwhile) in readings.sources
        where isWorthwhile == leftOut.contains(descriptor.number) {
            let interest: EventPoll.Interest = isWorthwhile ? .readable : []
            guard (try? waiting.poll.modify(descriptor, interest, token: waiting.token)) != nil else { continue }
            if isWorthwhile { leftOut.remove(descriptor.number) } else { leftOut.insert(descriptor.number) }
        }
    }

    /// Records of the programs that could not be read.
    var unreadableRecords: UInt64 { readings?.unreadable ?? 0 }

    /// Events that were lost or missed since the start; what probes and the program for reads missed as it was when
    /// the arms were checked last.
    func missed() throws(Obstacle) -> MissedCounts {
        try TraceInstance.explained { () throws(LinuxError) in
            var missed = MissedCounts(inBuffers: try reader.lost(), byProbes: missesByProbe.mapValues(\.total))
            missed.reads = try readings?.lost(.reads) ?? 0
            missed.reads &+= report.misses?.reads ?? 0
            missed.writers = try readings?.lost(.writers) ?? 0
            return missed
        }
    }

    /// What of that was told before there was this reader.
    var missedBefore: MissedCounts {
        guard let handover, let now = try? missed() else { return MissedCounts() }
        let told = handover.told
        var before = MissedCounts()
        for (processor, lost) in zip(report.processors, told.inBuffers) { before.inBuffers[processor] = lost }
        before.byProbes = told.misses.byProbes
        before.reads = told.reads &+ told.misses.reads
        before.writers = told.writers
        return before.atMost(now)
    }

    /// Processors that came since the last time are waited for as well.
    func waitForNewProcessors() {
        if let waiting { try? reader.wait(in: waiting.poll, token: waiting.token) }
    }

    /// Closes what it reads; ``arms`` can be disarmed then, and not before.
    package func close(_ poll: EventPoll?) {
        if let poll {
            reader.stopWaiting(in: poll)
            for source in readings?.sources ?? [] { poll.remove(source.descriptor) }
        }
        (waiting, leftOut) = (nil, [])
        canary?.end()
        reader.close()
    }

    // MARK: Writes counted in the kernel

    /// In which ways writes are counted.
    var writeWays: Set<WriterProgram.Way> { report.ways ?? [] }

    /// What each processor has counted since the start.
    func writeCounts() throws(Obstacle) -> [WriteCount] {
        try TraceInstance.explained { () throws(LinuxError) in try readings?.writeCounts() ?? [] }
    }

    /// Whether an event is a write that our programs count.
    func isCounted(_ event: TracedEvent) -> Bool {
        guard case .write(let function, let offset, _, _) = event.access else { return false }
        return counted.has(function, offset)
    }
}
