internal import DOELinux
internal import DOEWords

// Whether they still see.
extension Instruments {
    /// How often all is compared with how it was left, microseconds.
    static let checkInterval: UInt64 = 30_000_000

    /// When to check next; CLOCK_MONOTONIC, microseconds.
    package var nextCheck: UInt64 { min(nextLook, canary?.nextDeadline ?? .max) }

    /// Sees whether all is as it was left, mends what is not, and has the canary read when its time has come. Whoever
    /// calls it makes a pass before, so that a canary that was seen counts.
    package func check(now: UInt64 = Clocks.monotonicMicroseconds) -> [ProbeFinding] {
        nextLook = now &+ Self.checkInterval
        waitForNewProcessors()
        let toBuffers = (try? reader.damage()) ?? []
        var findings = (instance.damage() + toBuffers).map { mended($0) }
        if let changed = repairTables() { findings.append(changed) }
        if let canary {
            findings += canary.losses(at: now, lostEvents: lostEvents).map { $0.finding(at: canary.function.address) }
            if canary.isDue(at: now) { readCanary(canary, at: now) }
        }
        disarmCanary()
        // What was put right is right from now on.
        if findings.allSatisfy(\.isMended) { lastAllRight = now }
        return findings
    }

    /// An event of the canary was decoded: whose read it was, and when it began, nanoseconds.
    func sawCanary(by thread: Int32, at time: UInt64) {
        canary?.saw(readBy: thread, at: time / 1000, by: .probes)
    }

    /// Takes what a program has told of a read, where it was at the canary's function.
    func tookCanary(_ event: TracedEvent) -> Bool {
        guard case .read(let function, _) = event.access, function == canary?.function.address else { return false }
        canary?.saw(readBy: event.thread, at: event.time / 1000, by: .program)
        return true
    }

    /// Takes away what is there for the canary's read alone, as soon as it was seen.
    func disarmCanary() {
        guard isCanaryArmed, let canary, !canary.isWaiting else { return }
        isCanaryArmed = false
        programs?.endCanary(canary.function.address)
        setCanaryFilter(.nothing)
    }

    private func readCanary(_ canary: Canary, at now: UInt64) {
        // There only for this one read: it lies on every read of a config file.
        isCanaryArmed = true
        setCanaryFilter(canary.filter)
        try? programs?.beginCanary(canary.function.address)
        _ = canary.read(at: now, lostEvents: lostEvents)
    }

    private func setCanaryFilter(_ filter: ProbeFilter) {
        for probe in taken where probe.role == .canary { set(filter, of: probe.event) }
    }

    /// Our programs' tables, which root finds by their numbers, as they must be.
    private func repairTables() -> ProbeFinding? {
        var problem: String?
        do throws(LinuxError) {
            if try programs?.repair() == true { problem = "somebody changed the tables of the witness' programs" }
        } catch {
            problem = "the tables of the witness' programs cannot be put right: \(error.problem)"
            return ProbeFinding(
                obstacle: Obstacle(problem ?? "", remedy: "restart doe-auditd, so that it makes them anew"),
                extent: .partly(WitnessPrograms.roles), isMended: false, unseenSince: lastAllRight)
        }
        return problem.map {
            ProbeFinding(
                obstacle: Obstacle($0, remedy: "find out who did it: nobody does that by mistake"),
                extent: .partly(WitnessPrograms.roles), isMended: true, unseenSince: lastAllRight)
        }
    }

    // MARK: Writes counted in the kernel

    /// In which ways writes are counted.
    var writeWays: Set<WriterProgram.Way> { programs?.ways ?? [] }

    /// What each processor has counted since the start.
    func writeCounts() throws(Obstacle) -> [WriteCount] {
        try TraceInstance.explained { () throws(LinuxError) in try programs?.writeCounts() ?? [] }
    }

    /// Whether an event is a write that our programs count.
    func isCounted(_ event: TracedEvent) -> Bool {
        guard case .write(let function, let offset, _, _) = event.access, let programs else { return false }
        return programs.counts(function, offset)
    }

    private var lostEvents: UInt64? { try? missed().total }

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
                switch damage {
                case .removed, .redefined: formatGeneration += 1
                default: break
                }
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
        case .removed(let event), .redefined(let event), .disabled(let event), .filterChanged(let event, _),
            .triggered(let event, _):
            .partly(Set(taken.filter { $0.event == event }.map(\.role)))
        case .switched(let change) where change.stopsAll: .blind
        case .switched, .foreignEvents, .readByOthers, .emptied: .partly(Set(taken.map(\.role)))
        case .unreadable: .blind
        }
    }
}
