internal import DOEWords

/// Which write it was that a program told of: the thread's last one before, since it passes the program in the same
/// call, where it can be interrupted for as long as others want the processor more. It cannot replace its program
/// there.
struct LastWrites {
    /// Threads whose last write is remembered.
    private static let threads = 1_024

    /// Of each thread, in passes before this one, nanoseconds.
    private var before = RecentTable<UInt64>(capacity: Self.threads)
    /// Told of after a pass had begun: their writes may be read by the next one.
    private var young: [Writer] = []

    /// Who was told of in a pass that began then, each with the time of that write where the trace has shown it; and
    /// once more those of the pass before of whom that was not known. The pass's events can be in any order.
    mutating func told(
        _ writers: [Writer], _ events: [TracedEvent], began: UInt64
    ) -> [(writer: Writer, wrote: UInt64?)] {
        let all = young + writers
        young = writers.filter { $0.time >= began }
        defer { remember(events) }
        guard !all.isEmpty else { return [] }
        let threads = Set(all.map(\.thread))
        var times: [Int32: [UInt64]] = [:]
        for event in events where event.access.isToldOf && threads.contains(event.thread) {
            times[event.thread, default: []].append(event.time)
        }
        return all.map { writer in
            // What happened before the pass began has been read by now.
            guard writer.time < began else { return (writer, nil) }
            let known = (times[writer.thread] ?? []) + [before.value(of: writer.thread)].compactMap(\.self)
            return (writer, known.filter { $0 <= writer.time }.max())
        }
    }

    private mutating func remember(_ events: [TracedEvent]) {
        for event in events where event.access.isToldOf && event.time > before.value(of: event.thread) ?? 0 {
            before.set(event.time, of: event.thread, at: event.time)
        }
    }
}

extension TracedAccess {
    /// Whether it is traced at a function at which our programs tell who writes.
    fileprivate var isToldOf: Bool { if case .write = self { true } else { false } }
}
