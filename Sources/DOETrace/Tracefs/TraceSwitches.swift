internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// How all switches of our instance stand: whatever in its directory can be read and written, but for what is
/// content.
///
/// Compared as a whole, with how it was when we had set it up: a list of those that can dim a trace would lack the
/// next one, as `tracing_cpumask` was lacking once.
struct TraceSwitches: Hashable, Sendable {
    /// One that stands otherwise.
    struct Change: Hashable, Sendable {
        /// The switch's file, below the instance.
        let file: String
        let wanted: String
        let found: String

        /// Whether it stops all events and not some.
        var stopsAll: Bool { file == "tracing_on" }

        /// In words for a sentence.
        var words: String { "\(file) from \(Self.quoted(wanted)) to \(Self.quoted(found))" }

        /// A list of functions can be long.
        private static func quoted(_ value: String) -> String {
            let text = value.printable
            return "'\(text.prefix(60))\(text.count > 60 ? "…" : "")'"
        }
    }

    /// What can be written, and is the trace itself, a log, or the sum of what stands elsewhere: `options/`, and the
    /// events, which are compared one by one.
    private static let others: Set = ["trace", "snapshot", "error_log", "trace_options", "set_event"]

    private let instance: String
    private let values: [String: String]

    /// As they stand now. One that cannot be read cannot be compared either: some kernels refuse some.
    init(of instance: String, in files: any TraceFiles) throws(LinuxError) {
        var names = try files.switches(in: instance).filter { !Self.others.contains($0) }
        names += ((try? files.switches(in: "\(instance)/options")) ?? []).map { "options/\($0)" }
        for processor in (try? files.names(in: "\(instance)/per_cpu")) ?? [] {
            names.append("per_cpu/\(processor)/buffer_size_kb")
        }
        var values: [String: String] = [:]
        for name in names {
            if let text = try? files.read("\(instance)/\(name)") { values[name] = Self.value(of: text) }
        }
        self.instance = instance
        self.values = values
    }

    /// How many are compared.
    var count: Int { values.count }

    /// Those that stand otherwise now, in the order of their names.
    func changes(in files: any TraceFiles) throws(LinuxError) -> [Change] {
        var changes: [Change] = []
        for (name, wanted) in values.sorted(by: { $0.key < $1.key }) {
            let found = Self.value(of: try files.read("\(instance)/\(name)"))
            if found != wanted { changes.append(Change(file: name, wanted: wanted, found: found)) }
        }
        return changes
    }

    /// Sets a switch as it was, and sees that the kernel has done so.
    func putBack(_ change: Change, in files: any TraceFiles) throws(LinuxError) {
        let file = "\(instance)/\(change.file)"
        // Lists of threads and functions: what is written is added, unless they are emptied first.
        if change.file.hasPrefix("set_") {
            try files.write("\n", to: file, .truncate)
            if !change.wanted.isEmpty { try files.write(change.wanted, to: file, .append) }
        } else {
            try files.write(change.wanted, to: file)
        }
        guard Self.value(of: try files.read(file)) == change.wanted else {
            throw LinuxError("set", file, .invalidArgument)
        }
    }

    /// What a file says, without what is there for people: `[mono]` among clocks, `# all functions enabled`,
    /// `1408 (expanded: 1408)`, `no pid`.
    static func value(of text: String) -> String {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") && $0 != "no pid" }
        let value = lines.joined(separator: "\n").trimmed
        if let open = value.firstIndex(of: "["), let close = value[open...].firstIndex(of: "]") {
            return String(value[value.index(after: open)..<close])
        }
        return String(value.prefix { $0 != "(" }).trimmed
    }
}
