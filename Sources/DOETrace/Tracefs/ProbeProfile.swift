/// How often each probe missed, by the event's name (`kprobe_profile`): the kernel lists all probes of the host, in
/// the order of `kprobe_events`, and leaves their groups out. So an event of ours is found by its place, and one of
/// somebody else's with the same name is no answer for it.
struct ProbeProfile {
    /// By the event's name, those of our events only.
    let misses: [String: UInt64]

    /// From the file's text and that of `kprobe_events`. Where they do not fit together, since a probe came or went
    /// between the two, all of the same name are added up.
    init(_ text: String, definitions: String) {
        let rows = text.split(separator: "\n").compactMap { line -> (event: Substring, misses: UInt64)? in
            let words = line.split(separator: " ")
            guard words.count == 3, let misses = UInt64(words[2]) else { return nil }
            return (words[0], misses)
        }
        let names = definitions.split(separator: "\n").map(Self.name)
        let fits = rows.count == names.count && zip(rows, names).allSatisfy { $0.event == $1.event }
        let ours = Set(names.filter { $0.group == ProbePlan.group }.map(\.event))
        var misses: [String: UInt64] = [:]
        for (place, row) in rows.enumerated()
        where fits ? names[place].group == ProbePlan.group : ours.contains(row.event) {
            misses[String(row.event), default: 0] &+= row.misses
        }
        self.misses = misses
    }

    /// `p:GROUP/EVENT FUNCTION …`
    private static func name(of line: Substring) -> (group: String, event: Substring) {
        let name = (line.split(separator: " ").first ?? "").drop { $0 != ":" }.dropFirst().split(separator: "/")
        return name.count == 2 ? (String(name[0]), name[1]) : ("", name.first ?? "")
    }
}
