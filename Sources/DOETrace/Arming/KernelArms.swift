internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// Our probes and programs in the kernel, from the first one's definition to the last one's removal. When this goes the
/// kernel takes the programs away; probes stay until somebody removes them. For one thread at a time.
final class KernelArms {
    let files: any TraceFiles
    private let instance: TraceInstance
    let programs: WitnessPrograms?
    /// Why our programs are not in the kernel, and probes do what they can in their place; `nil` where they are.
    private let programsRefused: Obstacle?
    private let missing: [String: String]
    let processors: [Int]
    private let headerPage: String
    private var functions: [WatchedFunction] = []
    /// The function at which a read of ours is told of now.
    private var canary: FunctionAddress?
    /// What a probe could not be told to let through: the events of the functions that are watched.
    private var filterProblems: [String: LinuxError] = [:]
    /// Why our programs do not know all functions that are watched.
    private var tableProblem: LinuxError?
    /// What whoever reads knows to be lost: as it was when he had it looked at last.
    var told = ArmsReport.Losses()
    /// Since when nobody reads, and how much of each buffer was read by then; `nil` while somebody does.
    var kept: (since: UInt64, read: [UInt64])?
    /// Whether the last look has found what could not be put right: who comes next gets new ones.
    private(set) var isDamaged = false

    /// Finds out what the running kernel has, takes away what a killed daemon left, and adds the probes. Nothing is
    /// watched yet.
    static func ofThisKernel() throws(Obstacle) -> KernelArms {
        do throws(Obstacle) {
            let files = try Tracefs.find()
            let facts = types()
            return try KernelArms(files, programs: { programs(facts) }, plan: { plan(facts, without: $0) })
        } catch {
            throw obstacle(error, under: .current())
        }
    }

    /// The same with other files, programs and another plan, which may leave out what the programs tell.
    init(
        _ files: any TraceFiles, programs makePrograms: () -> (WitnessPrograms?, refused: Obstacle?),
        plan makePlan: (_ without: Set<ProbeRole>) -> ProbePlan
    ) throws(Obstacle) {
        let instance = try TraceInstance(files)
        do throws(Obstacle) {
            (programs, programsRefused) = makePrograms()
            let plan = makePlan(programs == nil ? [] : WitnessPrograms.roles)
            instance.add(plan)
            try Self.checkSight(of: instance, plan)
            missing = plan.missing
            headerPage = try TraceInstance.explained { () throws(LinuxError) in try instance.headerPage() }
            processors = try TraceInstance.explained { () throws(LinuxError) in try instance.processors() }
        } catch {
            try? instance.remove()
            throw error
        }
        self.files = files
        self.instance = instance
    }

    /// Watches these functions from now on, in place of those before.
    func watch(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmsReport {
        self.functions = functions
        tableProblem = nil
        setTables { programs throws(LinuxError) in try programs.watch(functions) }
        let filters = ProbeFilters(watching: functions)
        for probe in instance.taken where probe.role != .canary { set(filters.filter(of: probe.role), of: probe.event) }
        // What the filters leave out must not be counted.
        setTables { programs throws(LinuxError) in try programs.count(registersOnly: seesRegistersOnly) }
        return report()
    }

    /// Compares all with how it was left, and puts right what is not.
    func check() throws(Obstacle) -> ArmsReport {
        var findings = instance.damage().map { mended($0) }
        if let changed = repairTables() { findings.append(changed) }
        isDamaged = findings.contains { !$0.isMended }
        let report = report(findings)
        // He tells right after this what was lost by now.
        if let misses = report.misses, let losses = try? losses(misses) { told = losses }
        return report
    }

    /// Lets the kernel tell of this thread's reads there.
    func beginCanary(at function: FunctionAddress, readBy thread: Int32) throws(Obstacle) {
        endCanary()
        guard !functions.contains(where: { $0.address == function }) else {
            throw Obstacle("\(function) has a mailbox: no read of the witness' own is made there")
        }
        canary = function
        setCanaryFilter(ProbeFilters.canary(at: function, readBy: thread))
        try TraceInstance.explained { () throws(LinuxError) in try programs?.beginCanary(function) }
    }

    /// And no more.
    func endCanary() {
        guard let canary else { return }
        self.canary = nil
        programs?.endCanary(canary)
        setCanaryFilter(.nothing)
    }

    /// Takes all probes away.
    func disarm() throws(Obstacle) {
        try TraceInstance.explained { () throws(LinuxError) in try instance.remove() }
    }

    /// The files that are read: this pair of them, opened anew.
    func files(at pair: Int) throws(Obstacle) -> ArmedFiles.Pair {
        try TraceInstance.explained { () throws(LinuxError) in
            if processors.indices.contains(pair) {
                let place = "\(TraceInstance.directory)/per_cpu/cpu\(processors[pair])"
                return (try files.open("\(place)/trace_pipe_raw"), try files.open("\(place)/stats"))
            }
            switch (pair - processors.count, programs) {
            case (0, let programs?): return programs.rings
            case (1, let programs?): return try programs.counts()
            default: throw LinuxError("open", "file \(pair) of the trace", .noSuchFileOrDirectory)
            }
        }
    }

    private var seesRegistersOnly: Bool {
        instance.taken.contains { if case .anyFunction = $0.filter { true } else { false } }
    }

    private func report(_ findings: [ArmsReport.Finding] = []) -> ArmsReport {
        var report = ArmsReport(
            headerPage: headerPage, processors: processors,
            probes: instance.taken.map { .init(role: $0.role, event: $0.event, format: $0.format) }, missing: missing,
            ways: programs?.ways, watched: functions, seesRegistersOnly: seesRegistersOnly, notes: notes)
        report.findings = findings
        report.misses = try? misses()
        return report
    }

    private func misses() throws(LinuxError) -> ArmsReport.Misses {
        let profile = ProbeProfile(try files.read("kprobe_profile"), definitions: try files.read("kprobe_events"))
        return .init(byProbes: profile.misses, reads: try programs?.skippedReads() ?? 0)
    }

    private func setTables(_ body: (WitnessPrograms) throws(LinuxError) -> Void) {
        guard let programs else { return }
        do throws(LinuxError) { try body(programs) } catch { tableProblem = error }
    }

    private func set(_ filter: ProbeFilter, of event: String) {
        do throws(LinuxError) {
            try instance.set(filter, of: event)
            filterProblems[event] = nil
        } catch {
            filterProblems[event] = error
        }
    }

    private func setCanaryFilter(_ filter: ProbeFilter) {
        for probe in instance.taken where probe.role == .canary { set(filter, of: probe.event) }
    }
}

extension KernelArms {
    // MARK: What is not as it was left

    /// Our programs' tables, which root finds by their numbers, as they must be.
    private func repairTables() -> ArmsReport.Finding? {
        func finding(_ problem: String, remedy: String, isMended: Bool) -> ArmsReport.Finding {
            .init(
                obstacle: Obstacle(problem, remedy: remedy), extent: .partly(WitnessPrograms.roles), isMended: isMended)
        }
        do throws(LinuxError) {
            guard try programs?.repair() == true else { return nil }
            return finding(
                "somebody changed the tables of the witness' programs",
                remedy: "find out who did it: nobody does that by mistake", isMended: true)
        } catch {
            return finding(
                "the tables of the witness' programs cannot be put right: \(error.problem)",
                remedy: "restart doe-auditd, so that it makes them anew", isMended: false)
        }
    }

    /// What is wrong, put right if it can be.
    private func mended(_ damage: ProbeDamage) -> ArmsReport.Finding {
        var isMended = false
        var remedy = damage.remedy
        if damage.isOfInstance {
            do throws(LinuxError) {
                try instance.mend(damage)
                isMended = true
            } catch {
                remedy = "it could not be put right: \(error.problem)"
            }
        }
        return .init(
            obstacle: Obstacle(damage.problem, remedy: remedy),
            extent: damage.extent(of: instance.taken.map { ($0.event, $0.role) }), isMended: isMended)
    }

    // MARK: What is to be known of them

    /// What the kernel did not take, so that the witness sees less: programs, and filters, or what they had to let
    /// through.
    private var notes: [Obstacle] {
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
}
