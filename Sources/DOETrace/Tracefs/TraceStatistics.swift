/// What a processor's trace buffer counts (`per_cpu/cpuN/stats`).
struct TraceStatistics: Hashable, Sendable {
    /// Events that were overwritten before anybody read them.
    var overrun: UInt64 = 0
    /// Events that were lost since a writer was interrupted too deep.
    var commitOverrun: UInt64 = 0
    /// Events that found no room.
    var dropped: UInt64 = 0
    /// Events that were read, by whomever.
    var read: UInt64 = 0

    init() {}

    /// From the file's text. Lines that it does not know are passed over.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":")
            guard parts.count == 2, let value = UInt64(parts[1].drop { $0 == " " }) else { continue }
            switch parts[0] {
            case "overrun": overrun = value
            case "commit overrun": commitOverrun = value
            case "dropped events": dropped = value
            case "read events": read = value
            default: break
            }
        }
    }

    /// All that were lost.
    var lost: UInt64 { overrun &+ commitOverrun &+ dropped }
}
