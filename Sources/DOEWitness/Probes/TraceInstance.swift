internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// Our own instance of the kernel's tracing, with our own probes: its buffers, filters and switches are nobody else's.
final class TraceInstance {
    /// Its directory below tracefs' root. The name is always the same: so what a killed daemon left can be found.
    static let directory = "instances/doe-audit"

    let files: any TraceFiles
    /// What the kernel took, in the order of the plan.
    private(set) var taken: [TakenProbe] = []
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
        // A waiting reader is woken by the first event and not when half of the buffer is full; kernels before 5.0 wake
        // it at once anyway.
        try? files.write("0", to: "\(Self.directory)/buffer_percent")
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

    /// What is not as we left it.
    func damage() -> [ProbeDamage] {
        do throws(LinuxError) {
            var damage: [ProbeDamage] = []
            if try files.read("\(Self.directory)/tracing_on").first != "1" { damage.append(.tracingOff) }
            for file in ["set_event_pid", "set_event_notrace_pid"] {
                // The file has a number a line, or nothing; of the second one older kernels have none.
                let text = (try? files.read("\(Self.directory)/\(file)")) ?? ""
                if text.contains(where: \.isNumber) { damage.append(.threadsOnly(file: file)) }
            }
            let defined = Set(try TraceLeftovers(files).definedEvents())
            for probe in taken {
                let directory = Self.directory(of: probe.event)
                guard defined.contains(probe.event) else {
                    damage.append(.removed(event: probe.event))
                    continue
                }
                guard probe.filter != .nothing else { continue }
                if try files.read("\(directory)/enable").first != "1" { damage.append(.disabled(event: probe.event)) }
                let filter = try files.read("\(directory)/filter").trimmed
                if filter != probe.filter.text { damage.append(.filterChanged(event: probe.event, found: filter)) }
            }
            return damage
        } catch {
            return [.unreadable(error.problem)]
        }
    }

    /// Puts right what can be.
    func mend(_ damage: ProbeDamage) throws(LinuxError) {
        switch damage {
        case .tracingOff: try files.write("1", to: "\(Self.directory)/tracing_on")
        case .threadsOnly(let file): try files.write("\n", to: "\(Self.directory)/\(file)", .truncate)
        case .removed(let event):
            guard let place = taken.firstIndex(where: { $0.event == event }) else { return }
            let filter = taken[place].filter
            taken[place] = try define(taken[place].probe, taken[place].definition)
            try set(filter, of: event)
        case .disabled(let event), .filterChanged(let event, _):
            guard let probe = taken.first(where: { $0.event == event }) else { return }
            try set(probe.filter, of: event)
        // What is gone is gone; what comes is seen.
        case .readByOthers, .emptied: break
        case .unreadable: break
        }
    }

    /// Takes everything of ours away. Whoever reads its buffers must have closed them.
    func remove() throws(LinuxError) {
        taken = []
        try TraceLeftovers(files).remove()
    }

    static func directory(of event: String) -> String { "\(directory)/events/\(ProbePlan.group)/\(event)" }

    private func define(_ probe: PlannedProbe, _ definition: ProbeDefinition) throws(LinuxError) -> TakenProbe {
        try files.write(definition.description, to: "kprobe_events", .append)
        let format = try files.read("\(Self.directory(of: probe.event))/format")
        return TakenProbe(probe: probe, definition: definition, filter: .nothing, format: format)
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
                    "run the daemon as root"
                case .noSuchFileOrDirectory:
                    "run a kernel that was built with CONFIG_KPROBE_EVENTS, as distributions' are"
                case .readOnlyFileSystem:
                    "mount tracefs at /sys/kernel/tracing: doe-auditd's unit lets it write there and nowhere else in /sys"
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
