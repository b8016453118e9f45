/// How often each probe missed, by the event's name (`kprobe_profile`): the kernel lists all probes of the host, in the
/// order of `kprobe_events`, and leaves their groups out.
struct ProbeProfile {
    /// By the event's name, those of our events only.
    let misses: [String: UInt64]

    init(_ text: String, events: Set<String>) {
        var misses: [String: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, events.contains(String(words[0])), let count = UInt64(words[2]) else { continue }
            misses[String(words[0])] = count
        }
        self.misses = misses
    }
}
