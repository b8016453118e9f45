internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// Our own instance of the kernel's tracing, with our own probes: its buffers, filters and switches are nobody
/// else's.
final class TraceInstance {
    /// Its directory below tracefs' root. The name is always the same: so what a killed daemon left can be found.
    static let directory = "instances/doe-audit"

    let files: any TraceFiles
    /// How we left its switches.
    let switches: TraceSwitches
    /// What the kernel took, in the order of the plan.
    var taken: [TakenProbe] = []
    /// What it did not take.
    private(set) var refused: [RefusedProbe] = []

    /// Takes away what a killed daemon left, and makes it. Nothing is traced yet.
    init(_ files: any TraceFiles) throws(Obstacle) {
        self.files = files
        try Self.explained { () throws(LinuxError) in try TraceLeftovers(files).remove() }
        try Self.explained { () throws(LinuxError) in
            try files.makeDirectory(Self.directory)
            // A clock that all processors share, and programs can read too.
            try files.write("mono", to: "\(Self.directory)/trace_clock")
        }
        // A waiting reader is woken by the first event and not when half of the buffer is full; kernels before 5.0
        // wake it at once anyway.
        try? files.write("0", to: "\(Self.directory)/buffer_percent")
        switches = try Self.explained { () throws(LinuxError) in try TraceSwitches(of: Self.directory, in: files) }
    }

    /// Adds the probes of a plan that are not there yet. What the kernel does not take is in `refused`.
    func add(_ plan: ProbePlan) {
        for probe in plan.probes where !taken.contains(where: { $0.event == probe.event }) {
            refused.removeAll { $0.probe.event == probe.event }
            // It would tell once more what another one tells.
            if let better = probe.isNeedlessWith, taken.contains(where: { $0.role == better }) { continue }
            var refusals: [RefusedProbe.Refusal] = []
            for definition in probe.definitions {
                do throws(LinuxError) {
                    taken.append(try define(probe, definition))
                    break
                } catch {
                    refusals.append(.init(definition: definition, reason: reason(for: error, definition)))
                }
            }
            if refusals.count == probe.definitions.count { refused.append(.init(probe: probe, refusals: refusals)) }
        }
    }

    /// Has an event let through what the filter says, from now on. Between two filters no event is lost.
    func set(_ filter: ProbeFilter, of event: String) throws(LinuxError) {
        guard let place = taken.firstIndex(where: { $0.event == event }) else { return }
        let directory = Self.directory(of: event)
        switch filter {
        case .nothing: try files.write("0", to: "\(directory)/enable")
        case .everything, .matching, .anyFunction:
            // 0 takes a filter away.
            try files.write(filter == .everything ? "0" : filter.text, to: "\(directory)/filter")
            try files.write("1", to: "\(directory)/enable")
        }
        taken[place].filter = filter
    }

    /// The page header's format. An instance has its own: its pages may have another size.
    func headerPage() throws(LinuxError) -> String { try files.read("\(Self.directory)/events/header_page") }

    /// The processors that have a buffer in it, whether they are there or not, in their order.
    func processors() throws(LinuxError) -> [Int] {
        let place = "\(Self.directory)/per_cpu"
        let found = try files.names(in: place).compactMap { $0.hasPrefix("cpu") ? Int($0.dropFirst(3)) : nil }
        guard !found.isEmpty else { throw LinuxError("read", place, .noData) }
        return Set(found).sorted()
    }

    /// Takes everything of ours away. Whoever reads its buffers must have closed them.
    func remove() throws(LinuxError) {
        taken = []
        try TraceLeftovers(files).remove()
    }

    static func directory(of event: String) -> String { "\(directory)/events/\(ProbePlan.group)/\(event)" }

    func define(_ probe: PlannedProbe, _ definition: ProbeDefinition) throws(LinuxError) -> TakenProbe {
        try files.write(definition.description, to: "kprobe_events", .append)
        let format = try files.read("\(Self.directory(of: probe.event))/format")
        let line = try TraceLeftovers(files).definitions().first { $0.event == probe.event }?.line ?? ""
        return TakenProbe(probe: probe, definition: definition, filter: .nothing, format: format, line: line)
    }

    private func reason(for error: LinuxError, _ definition: ProbeDefinition) -> String {
        let log = (try? files.read("error_log")) ?? ""
        return TraceErrorLog(log).message(about: definition.description) ?? error.problem
    }

    /// What to do where the kernel's tracing refuses something to root.
    static func explained<Value>(_ body: () throws(LinuxError) -> Value) throws(Obstacle) -> Value {
        do throws(LinuxError) {
            return try body()
        } catch {
            let remedy =
                switch error.errno {
                case .notPermitted, .permissionDenied:
                    "give doe-audit-broker CAP_SYS_ADMIN, as its unit does, or start the daemon as root, with a broker of its own"
                case .noSuchFileOrDirectory:
                    "run a kernel that was built with CONFIG_KPROBE_EVENTS, as distributions' are"
                case .readOnlyFileSystem:
                    "mount tracefs at /sys/kernel/tracing, for writing: doe-audit-broker's unit lets it write there"
                case .resourceBusy:
                    "find out who uses the witness' probes or reads its buffers (fuser /sys/kernel/tracing/\(directory)/per_cpu/*/*), and end it"
                default: "look into the kernel's log"
                }
            throw Obstacle(error.problem, remedy: error.remedy ?? remedy)
        }
    }
}

extension String {
    /// Without blanks and newlines at its ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
