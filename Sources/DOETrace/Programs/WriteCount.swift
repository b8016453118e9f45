/// How many writes of user space one processor has seen at the functions that are watched, as our programs counted
/// them.
struct WriteCount: Hashable, Sendable {
    /// Where they stand in the table's value, and its size, bytes.
    static let byProbePlace = 0
    static let byTracingPlace = 8
    static let size = 16

    /// By the programs at kprobes. They run together with the probes that trace the same writes, and no other thread
    /// can come between: what they have counted on a processor must stand in that processor's trace.
    var byProbe: UInt64 = 0
    /// By the tracing programs. A thread can be moved to another processor between its event and such a program.
    var byTracing: UInt64 = 0
}
