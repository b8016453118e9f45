internal import DOELinux
internal import DOEWords
internal import SystemPackage

// What somebody else has done to it, and how it is put right.
extension TraceInstance {
    /// What is not as we left it; what would undo a mending first comes first.
    func damage() -> [ProbeDamage] {
        do throws(LinuxError) {
            var damage = try foreignEvents().map { [$0] } ?? []
            let lines = Dictionary(try TraceLeftovers(files).definitions(), uniquingKeysWith: { $1 })
            for probe in taken { damage += try self.damage(of: probe, defined: lines[probe.event]) }
            return damage + (try switches.changes(in: files)).map { .switched($0) }
        } catch {
            return [.unreadable(error.problem)]
        }
    }

    /// Puts right what can be.
    func mend(_ damage: ProbeDamage) throws(LinuxError) {
        switch damage {
        case .switched(let change): try switches.putBack(change, in: files)
        case .foreignEvents(let events):
            for event in events { try switchOff(event) }
        case .removed(let event): try defineAnew(event)
        case .redefined(let event):
            let instances = (try? files.names(in: "instances")) ?? []
            for place in [""] + instances.map({ "instances/\($0)/" }) {
                try? files.write("0", to: "\(place)events/\(ProbePlan.group)/\(event)/enable")
            }
            try TraceLeftovers(files).remove(event)
            try defineAnew(event)
        case .disabled(let event), .filterChanged(let event, _):
            guard let probe = taken.first(where: { $0.event == event }) else { return }
            try set(probe.filter, of: event)
        case .triggered(let event, _): try removeTriggers(from: "\(Self.directory(of: event))/trigger")
        // What is gone is gone; what comes is seen.
        case .readByOthers, .emptied: break
        case .unreadable: break
        }
    }

    private func damage(of probe: TakenProbe, defined line: String?) throws(LinuxError) -> [ProbeDamage] {
        let directory = Self.directory(of: probe.event)
        guard let line else { return [.removed(event: probe.event)] }
        // It is a new event, and off: nothing else of it is ours.
        guard line == probe.line else { return [.redefined(event: probe.event)] }
        var damage: [ProbeDamage] = []
        let triggers = try triggers(in: "\(directory)/trigger")
        if !triggers.isEmpty { damage.append(.triggered(event: probe.event, found: triggers)) }
        guard probe.filter != .nothing else { return damage }
        // With a `*` behind it where a trigger may switch it on and off.
        if try files.read("\(directory)/enable").first != "1" { damage.append(.disabled(event: probe.event)) }
        let filter = try files.read("\(directory)/filter").trimmed
        if filter != probe.filter.text { damage.append(.filterChanged(event: probe.event, found: filter)) }
        return damage
    }

    private func foreignEvents() throws(LinuxError) -> ProbeDamage? {
        let events = try files.read("\(Self.directory)/set_event").split(separator: "\n").map(String.init)
        let foreign = events.filter { !$0.hasPrefix("\(ProbePlan.group):") }
        return foreign.isEmpty ? nil : .foreignEvents(foreign)
    }

    private func defineAnew(_ event: String) throws(LinuxError) {
        guard let place = taken.firstIndex(where: { $0.event == event }) else { return }
        let filter = taken[place].filter
        taken[place] = try define(taken[place].probe, taken[place].definition)
        try set(filter, of: event)
    }

    /// An event of somebody else's. A trigger keeps it on, and can stop the whole instance or ours among its events.
    private func switchOff(_ event: String) throws(LinuxError) {
        let place = "\(Self.directory)/events/\(event.split(separator: ":").joined(separator: "/"))/trigger"
        try removeTriggers(from: place)
        try files.write("!\(event)", to: "\(Self.directory)/set_event")
    }

    private func triggers(in file: String) throws(LinuxError) -> [String] {
        try files.read(file).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    /// A trigger is taken away by its own line with a `!` before it, without the count, the state and the filter that
    /// the kernel shows behind it.
    private func removeTriggers(from file: String) throws(LinuxError) {
        for trigger in try triggers(in: file) {
            var line = trigger[...]
            for end in [" if ", " [", ":unlimited", ":count="] {
                if let place = line.firstPlace(of: end) { line = line[..<place.lowerBound] }
            }
            try files.write("!\(line)", to: file)
        }
        guard try triggers(in: file).isEmpty else { throw LinuxError("empty", file, .resourceBusy) }
    }
}
