/// The bits of the control register (PCIe r6.0 7.9.24.3).
///
/// We write abort or go and nothing else, as Linux does: interrupts, which nobody here waits for, are thereby off.
public struct MailboxControl: OptionSet, Hashable, Sendable {
    /// The register.
    public let rawValue: UInt32

    /// From the register.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Ends whatever is in flight and clears busy, error and ready.
    public static let abort = MailboxControl(rawValue: 1 << 0)
    /// Interrupt when the response is ready.
    public static let interruptEnable = MailboxControl(rawValue: 1 << 1)
    /// The request is whole: execute it.
    public static let go = MailboxControl(rawValue: 1 << 31)
}
