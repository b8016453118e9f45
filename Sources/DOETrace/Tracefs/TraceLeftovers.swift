internal import DOELinux

/// Everything that is ours in the kernel's tracing, by its names: of this daemon at its end, or of one that was
/// killed.
struct TraceLeftovers {
    private let files: any TraceFiles

    init(_ files: any TraceFiles) { self.files = files }

    /// The events that are defined in our group, each with its line.
    func definitions() throws(LinuxError) -> [(event: String, line: String)] {
        // p:doe_audit/write32 pci_user_write_config_dword …; a return probe's begins with r, or with r and a number.
        try files.read("kprobe_events").split(separator: "\n").compactMap { line in
            guard let name = line.split(separator: " ").first, let colon = name.firstIndex(of: ":") else { return nil }
            let event = name[name.index(after: colon)...].split(separator: "/")
            return event.count == 2 && event[0] == ProbePlan.group ? (String(event[1]), String(line)) : nil
        }
    }

    /// Removes them. An event must be off, in whichever instance, before its definition can go.
    func remove() throws(LinuxError) {
        let events = try definitions().map(\.event)
        let instances = (try? files.names(in: "instances")) ?? []
        if !events.isEmpty {
            for place in [""] + instances.map({ "instances/\($0)/" }) {
                // Most have them off.
                try? files.write("0", to: "\(place)events/\(ProbePlan.group)/enable")
            }
        }
        for event in Set(events).sorted() { try remove(event) }
        if instances.contains(where: { "instances/\($0)" == TraceInstance.directory }) {
            try files.removeDirectory(TraceInstance.directory)
        }
    }

    /// Removes a definition, which must be off everywhere.
    func remove(_ event: String) throws(LinuxError) {
        try files.write("-:\(ProbePlan.group)/\(event)", to: "kprobe_events", .append)
    }
}
