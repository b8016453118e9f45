/// Why an event of ours cannot be used. It is counted: something happened that the witness cannot tell.
enum UnreadableEvent: String, Error, Hashable, Sendable, CaseIterable {
    /// It has fewer bytes than its format says.
    case short = "an event shorter than its format"
    /// It names no function: the kernel could not read the name, and says `(fault)`, or it is no PCI name.
    case name = "a function's name that cannot be read"
    /// It tells of an offset that config space does not have.
    case offset = "an offset outside of config space"
    /// No probe of ours makes such events: somebody else's are enabled in our instance.
    case foreign = "an event that no probe of ours makes"
}
