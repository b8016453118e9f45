public import DOEWords

/// Puts the events of many processors in order of time.
///
/// The kernel keeps one buffer a processor, and a pass reads one after the other. What is older than the pass's
/// beginning has been seen whole, on all of them; what is younger waits for the next pass, since an event before it
/// may stand in a buffer that was read too early.
public struct TraceMerger: Sendable {
    /// How many events may wait; more are delivered, though something older may still come.
    private let capacity: Int
    /// In order.
    private var waiting: [TracedEvent] = []
    /// The time of what was delivered last.
    private var delivered: UInt64 = 0
    /// Events that came after younger ones had been delivered. They are delivered next, with the time that the order
    /// needs, because to lose them would be worse.
    private(set) var late: UInt64 = 0

    /// A merger that lets so many events wait.
    public init(capacity: Int = 1 << 17) { self.capacity = capacity }

    /// The time of the first of those that wait for the next pass, nanoseconds; `nil` while none does. A damaged page
    /// can have any time.
    var nextTime: UInt64? { waiting.first?.time }

    /// Takes the events of a pass, processor by processor, each in its own order, and gives those that happened before
    /// the pass began (CLOCK_MONOTONIC, nanoseconds), in order; among those of the same time an earlier pass' come
    /// first, then a lower processor's.
    public mutating func merge(_ pass: [TracedEvent], began: UInt64) -> [TracedEvent] {
        waiting += pass
        // The place is in the key because the sort of the standard library does not promise to be stable.
        let order = waiting.indices.sorted { (waiting[$0].time, $0) < (waiting[$1].time, $1) }
        var count = order.firstIndex { waiting[$0].time >= began } ?? order.count
        count = max(count, order.count - capacity)
        var events: [TracedEvent] = []
        events.reserveCapacity(count)
        for index in order[..<count] { events.append(inOrder(waiting[index])) }
        waiting = order[count...].map { waiting[$0] }
        return events
    }

    private mutating func inOrder(_ event: TracedEvent) -> TracedEvent {
        guard event.time < delivered else {
            delivered = event.time
            return event
        }
        late += 1
        return TracedEvent(
            time: delivered, thread: event.thread, access: event.access, command: event.command)
    }
}
