public import DOEWords

/// Makes traced events of the ring buffer's bytes. Which event plays which role, and where its fields are, is learned
/// from the formats that the kernel gives.
public struct EventDecoder: Sendable {
    /// Where every event has its number; the same in all, or they could not be told apart.
    private var type: NumberField?
    private var layouts: [UInt16: EventLayout] = [:]
    private let header: PageHeader
    /// Events that were there and could not be used, since the decoder was made.
    private(set) var unreadable: [UnreadableEvent: UInt64] = [:]

    /// A decoder that knows no event yet.
    public init(_ header: PageHeader) { self.header = header }

    /// What one read of `trace_pipe_raw` should ask for, bytes.
    public var pageSize: Int { header.pageSize }

    /// Learns an event. Throws, and knows it as little as before, where the role's fields are not all there.
    public mutating func learn(_ format: EventFormat, as role: ProbeRole) throws(TraceFormatError) {
        let layout = try EventLayout(format, as: role)
        guard type == nil || type == layout.type else {
            throw TraceFormatError(format.name, "its field 'common_type' is elsewhere than in other events")
        }
        type = layout.type
        layouts[format.id] = layout
    }

    /// Forgets all events: their numbers are other ones when probes are made anew.
    mutating func forget() {
        type = nil
        layouts = [:]
    }

    /// Reads a page and appends its events to `events`, in the page's order, which is the order of their times.
    public mutating func decode(page: RawSpan, into events: inout [TracedEvent]) -> PageReading {
        TracePage.read(page, header) { time, event in
            do throws(UnreadableEvent) {
                let layout = try layout(of: event)
                let decoded = try layout.decode(event, time: time)
                if let beginning = layout.beginning(of: decoded, event) { events.append(beginning) }
                events.append(decoded)
            } catch {
                unreadable[error, default: 0] += 1
            }
        }
    }

    /// One event: its bytes from `common_type` on.
    func decode(_ event: RawSpan, time: UInt64) throws(UnreadableEvent) -> TracedEvent {
        try layout(of: event).decode(event, time: time)
    }

    private func layout(of event: RawSpan) throws(UnreadableEvent) -> EventLayout {
        guard let type, event.byteCount >= type.end,
            let layout = layouts[UInt16(truncatingIfNeeded: type.value(in: event))]
        else { throw .foreign }
        return layout
    }
}
