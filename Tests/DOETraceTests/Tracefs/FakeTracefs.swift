import DOELinux
import Glibc
import SystemPackage

@testable import DOETrace

/// The files of a kernel's tracing, as far as the witness uses them: definitions are taken or refused, events appear
/// with them in every instance, and cannot be removed while one of them is on.
final class FakeTracefs: TraceFiles {
    /// What stands in the files of one event, in one instance.
    private struct Event {
        var isOn = false
        var filter = "none"
        var triggers: [String] = []
    }
    private struct Instance {
        var events: [String: Event] = [:]
        var files = [
            "tracing_on": "1\n", "trace_clock": "[local] mono x86-tsc\n", "set_event_pid": "", "buffer_percent": "50\n",
            "set_event_notrace_pid": "", "tracing_cpumask": "3\n", "buffer_size_kb": "7 (expanded: 1408)\n",
            "current_tracer": "nop\n", "set_ftrace_filter": "#### all functions enabled ####\n",
            "set_ftrace_pid": "no pid\n", "options/overwrite": "1\n", "options/event-fork": "0\n",
            "per_cpu/cpu0/buffer_size_kb": "1408\n", "per_cpu/cpu1/buffer_size_kb": "1408\n", "trace": "content\n",
            "error_log": "", "set_event": "",
        ]
    }

    /// As kernels of 64 bits have it.
    static let headerPage = """
        \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
        \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;
        \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
        \tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;

        """

    /// Which definitions it takes; it says why it does not take one.
    var refusal: (String) -> String?
    /// Whether the instance cannot be removed now, since somebody reads it.
    var isRead = false
    /// Whether a write to a switch of an instance changes nothing.
    var refusesSwitches = false
    /// Every write, in order: the file, and what.
    private(set) var writes: [String] = []
    /// Every file that was opened to be read on, in order.
    private(set) var opened: [String] = []
    /// How often the kernel could not run each probe.
    var misses = 0
    /// What it counts of the buffers, by the file below the instance.
    var statistics: [String: String] = [:]
    private var instances: [String: Instance] = ["": Instance()]
    private var definitions: [(group: String, event: String, line: String)] = []
    private var errorLog = ""

    init(refusing refusal: @escaping (String) -> String? = { _ in nil }) { self.refusal = refusal }

    var definedEvents: [String] { definitions.map { "\($0.group)/\($0.event)" } }
    var instanceNames: [String] { instances.keys.filter { $0 != "" }.sorted() }

    func isOn(_ event: String, in instance: String = "doe-audit") -> Bool? { instances[instance]?.events[event]?.isOn }
    func filter(_ event: String) -> String? { instances["doe-audit"]?.events[event]?.filter }
    func turn(_ event: String, on: Bool, in instance: String) { instances[instance]?.events[event]?.isOn = on }
    /// The files that stand in our instance beside the events, but for those of content.
    var switchNames: [String] {
        let others: Set = ["trace", "error_log", "set_event"]
        return (instances["doe-audit"]?.files.keys.filter { !others.contains($0) } ?? []).sorted()
    }
    /// What stands in one.
    func text(_ name: String) -> String? { instances["doe-audit"]?.files[name] }
    /// Somebody writes there.
    func set(_ name: String, to text: String) { instances["doe-audit"]?.files[name] = text }
    /// An event of the kernel's own that this instance could trace.
    func add(_ event: String) { instances["doe-audit"]?.events[event] = Event() }
    func trigger(_ event: String, _ line: String) {
        instances["doe-audit"]?.events[event]?.triggers.append(line)
        if !event.hasPrefix("doe_audit/") { instances["doe-audit"]?.events[event]?.isOn = true }
    }

    func read(_ name: String) throws(LinuxError) -> String {
        if name == "kprobe_events" { return definitions.map { $0.line + "\n" }.joined() }
        if name == "error_log" { return errorLog }
        if name == "kprobe_profile" { return definitions.map { "  \($0.event)  5  \(misses)\n" }.joined() }
        let (instance, rest) = split(name)
        guard let found = instances[instance] else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
        if rest == "set_event" {
            return found.events.filter(\.value.isOn).keys.map { $0.split(separator: "/").joined(separator: ":") }
                .sorted()
                .map { $0 + "\n" }.joined()
        }
        if let text = found.files[rest] { return text }
        if rest == "events/header_page" { return Self.headerPage }
        if rest.hasPrefix("per_cpu/"), rest.hasSuffix("/stats") { return statistics[rest] ?? "overrun: 0\n" }
        let (event, file) = eventFile(rest)
        guard let event = found.events[event] else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
        switch file {
        case "enable": return event.isOn ? "1\n" : "0\n"
        case "filter": return event.filter + "\n"
        case "trigger":
            return event.triggers.isEmpty
                ? "# Available triggers:\n# traceon traceoff\n" : event.triggers.map { $0 + "\n" }.joined()
        case "format": return "name: \(rest)\nID: \(definitions.count)\n"
        default: throw LinuxError("open", name, .noSuchFileOrDirectory)
        }
    }

    func write(_ text: String, to name: String, _ mode: HeldDirectory.WriteMode) throws(LinuxError) {
        writes.append("\(name) \(text)")
        if name == "kprobe_events" {
            guard mode == .append else {
                definitions = []
                return
            }
            return try define(text)
        }
        let (instance, rest) = split(name)
        guard instances[instance] != nil else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
        let (event, file) = eventFile(rest)
        if rest == "events/doe_audit/enable" {
            let ours = definitions.filter { $0.group == "doe_audit" }
            guard !ours.isEmpty else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
            for definition in ours { instances[instance]?.events["doe_audit/\(definition.event)"]?.isOn = text == "1" }
        } else if rest == "set_event" {
            let name = text.dropFirst().split(separator: ":").joined(separator: "/")
            // A trigger keeps its event on.
            let isKept = instances[instance]?.events[name]?.triggers.isEmpty == false
            instances[instance]?.events[name]?.isOn = isKept
        } else if instances[instance]?.events[event] != nil {
            if file == "trigger" { removeTrigger(text, of: event, in: instance) }
            if file == "enable" { instances[instance]?.events[event]?.isOn = text == "1" }
            if file == "filter" { instances[instance]?.events[event]?.filter = text == "0" ? "none" : text }
        } else if let old = instances[instance]?.files[rest] {
            guard !refusesSwitches else { return }
            let text = rest == "trace_clock" ? "local [\(text)] x86-tsc\n" : text
            instances[instance]?.files[rest] = mode == .truncate ? text : rest.hasPrefix("set_") ? old + text : text
        } else {
            throw LinuxError("open", name, .noSuchFileOrDirectory)
        }
    }

    func open(_ name: String) throws(LinuxError) -> Descriptor {
        guard instances[split(name).instance] != nil else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
        opened.append(name)
        return Descriptor(owning: unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC))
    }

    func makeDirectory(_ name: String) throws(LinuxError) {
        let name = String(name.dropFirst("instances/".count))
        guard instances[name] == nil else { throw LinuxError("mkdir", name, .fileExists) }
        var instance = Instance()
        for event in definedEvents { instance.events[event] = Event() }
        instances[name] = instance
    }

    func removeDirectory(_ name: String) throws(LinuxError) {
        let name = String(name.dropFirst("instances/".count))
        guard !isRead else { throw LinuxError("rmdir", name, .resourceBusy) }
        guard instances.removeValue(forKey: name) != nil else {
            throw LinuxError("rmdir", name, .noSuchFileOrDirectory)
        }
    }

    func names(in name: String) throws(LinuxError) -> [String] {
        name == "instances" ? instanceNames : below(name).compactMap { $0.split(separator: "/").first.map(String.init) }
    }

    func switches(in name: String) throws(LinuxError) -> [String] { below(name).filter { !$0.contains("/") } }

    /// The files below a directory of an instance.
    private func below(_ name: String) -> [String] {
        let (instance, rest) = split(name)
        let place = rest.isEmpty ? "" : rest + "/"
        return Set(
            (instances[instance]?.files ?? [:]).keys.filter { $0.hasPrefix(place) }.map {
                String($0.dropFirst(place.count))
            }
        )
        .sorted()
    }

    /// The kernel takes the kind of a trigger alone: neither its count nor its filter.
    private func removeTrigger(_ line: String, of event: String, in instance: String) {
        guard line.hasPrefix("!") else { return }
        instances[instance]?.events[event]?.triggers.removeAll { kept in
            let kind = kept.split(separator: " ").first.map(String.init) ?? kept
            return line.dropFirst() == kind || kind.hasPrefix(line.dropFirst() + ":") && !line.contains(" ")
        }
    }

    /// `p:GROUP/EVENT FUNCTION …`, or `-:GROUP/EVENT`.
    private func define(_ line: String) throws(LinuxError) {
        let name = line.drop { $0 != ":" }.dropFirst().prefix { $0 != " " }.split(separator: "/").map(String.init)
        let event = "\(name[0])/\(name[1])"
        let known = definitions.firstIndex { $0.group == name[0] && $0.event == name[1] }
        if line.hasPrefix("-") {
            guard let known else { throw LinuxError("write", "kprobe_events", .noSuchFileOrDirectory) }
            guard instances.values.allSatisfy({ $0.events[event]?.isOn != true }) else {
                throw LinuxError("write", "kprobe_events", .resourceBusy)
            }
            definitions.remove(at: known)
            for instance in instances.keys { instances[instance]?.events[event] = nil }
            return
        }
        if let message = known == nil ? refusal(line) : "Same probe is already defined" {
            errorLog += "[   12.345678] trace_kprobe: error: \(message)\n  Command: \(line)\n           ^\n"
            throw LinuxError("write", "kprobe_events", .invalidArgument)
        }
        definitions.append((name[0], name[1], line))
        for instance in instances.keys { instances[instance]?.events[event] = Event() }
    }

    private func split(_ name: String) -> (instance: String, rest: String) {
        let parts = name.split(separator: "/").map(String.init)
        guard parts.first == "instances" else { return ("", name) }
        return (parts[1], parts.dropFirst(2).joined(separator: "/"))
    }

    /// `events/doe_audit/write32/filter`
    private func eventFile(_ rest: String) -> (event: String, file: String) {
        let parts = rest.split(separator: "/").map(String.init)
        return parts.count == 4 ? ("\(parts[1])/\(parts[2])", parts[3]) : ("", "")
    }
}
