/// One way to spell a probe, as `kprobe_events` takes it.
struct ProbeDefinition: Hashable, Sendable, CustomStringConvertible {
    /// How it names the function's arguments.
    enum Form: String, Hashable, Sendable, CaseIterable {
        /// By the names in the kernel's type information, members by name too (Linux 6.5 and later).
        case names
        /// By number, members by their offsets.
        case numbers
        /// By the registers of this architecture, members by their offsets.
        case registers
    }

    /// How it names the function's arguments.
    let form: Form
    /// The whole line.
    let description: String
}
