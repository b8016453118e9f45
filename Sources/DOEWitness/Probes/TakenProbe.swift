/// A probe that the kernel has taken.
public struct TakenProbe: Hashable, Sendable {
    /// The probe.
    public let probe: PlannedProbe
    /// The definition that was taken.
    public let definition: ProbeDefinition
    /// What it was last told to let through.
    public internal(set) var filter: ProbeFilter
    /// The event's `format` file: where its fields are. Another one after the probe was added anew.
    public internal(set) var format: String
    /// Its line in `kprobe_events`, as the kernel shows it.
    var line: String

    /// What its events tell.
    public var role: ProbeRole { probe.role }
    /// The event's name within our group.
    public var event: String { probe.event }
}
