/// A probe that the kernel has taken.
struct TakenProbe: Hashable, Sendable {
    /// The probe.
    let probe: PlannedProbe
    /// The definition that was taken.
    let definition: ProbeDefinition
    /// What it was last told to let through.
    var filter: ProbeFilter
    /// The event's `format` file: where its fields are. Another one after the probe was added anew.
    var format: String
    /// Its line in `kprobe_events`, as the kernel shows it.
    var line: String

    /// What its events tell.
    var role: ProbeRole { probe.role }
    /// The event's name within our group.
    var event: String { probe.event }
}
