import DOELinux
import Glibc
import SystemPackage

@testable import DOEWitness

/// The files of a kernel's tracing, as far as the witness uses them: definitions are taken or refused, events appear with
/// them in every instance, and cannot be removed while one of them is on.
final class FakeTracefs: TraceFiles {
    /// What stands in the files of one event, in one instance.
    private struct Event {
        var isOn = false
        var filter = "none"
    }
    private struct Instance {
        var events: [String: Event] = [:]
        var files = [
            "tracing_on": "1\n", "trace_clock": "[local] mono\n", "set_event_pid": "", "buffer_percent": "50\n",
        ]
    }

    /// Which definitions it takes; it says why it does not take one.
    var refusal: (String) -> String?
    /// Whether the instance cannot be removed now, since somebody reads it.
    var isRead = false
    /// Every write, in order: the file, and what.
    private(set) var writes: [String] = []
    private var instances: [String: Instance] = ["": Instance()]
    private var definitions: [(group: String, event: String, line: String)] = []
    private var errorLog = ""

    init(refusing refusal: @escaping (String) -> String? = { _ in nil }) { self.refusal = refusal }

    var definedEvents: [String] { definitions.map { "\($0.group)/\($0.event)" } }
    var instanceNames: [String] { instances.keys.filter { $0 != "" }.sorted() }

    func isOn(_ event: String, in instance: String = "doe-audit") -> Bool? { instances[instance]?.events[event]?.isOn }
    func filter(_ event: String) -> String? { instances["doe-audit"]?.events[event]?.filter }
    func turn(_ event: String, on: Bool, in instance: String) { instances[instance]?.events[event]?.isOn = on }

    func read(_ name: String) throws(LinuxError) -> String {
        if name == "kprobe_events" { return definitions.map { $0.line + "\n" }.joined() }
        if name == "error_log" { return errorLog }
        let (instance, rest) = split(name)
        guard let found = instances[instance] else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
        if let text = found.files[rest] { return text }
        let (event, file) = eventFile(rest)
        guard let event = found.events[event] else { throw LinuxError("open", name, .noSuchFileOrDirectory) }
        switch file {
        case "enable": return event.isOn ? "1\n" : "0\n"
        case "filter": return event.filter + "\n"
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
        } else if instances[instance]?.events[event] != nil {
            if file == "enable" { instances[instance]?.events[event]?.isOn = text == "1" }
            if file == "filter" { instances[instance]?.events[event]?.filter = text == "0" ? "none" : text }
        } else if let old = instances[instance]?.files[rest] {
            instances[instance]?.files[rest] = mode == .truncate ? text : rest.hasPrefix("set_") ? old + text : text
        } else {
            throw LinuxError("open", name, .noSuchFileOrDirectory)
        }
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

    func names(in name: String) throws(LinuxError) -> [String] { instanceNames }

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
