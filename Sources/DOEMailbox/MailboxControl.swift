/// The bits of the control register (PCIe r6.0 7.9.24.3).
///
/// Abort and go read as 0. The others are somebody's setting, so whatever else is written to the register carries
/// them along as they were read. Linux writes go and abort alone, and so sets them to 0.
package struct MailboxControl: OptionSet, Hashable, Sendable {
    /// The register.
    package let rawValue: UInt32

    /// From the register.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Ends whatever is in flight and clears busy, error and ready.
    package static let abort = MailboxControl(rawValue: 1 << 0)
    /// Interrupt when busy clears, an error comes or a response is ready.
    package static let interruptEnable = MailboxControl(rawValue: 1 << 1)
    /// The mailbox need not stay ready to answer at once.
    package static let attentionNotNeeded = MailboxControl(rawValue: 1 << 2)
    /// Objects that nobody asked for may come.
    package static let asyncMessageEnable = MailboxControl(rawValue: 1 << 3)
    /// The request is whole: execute it.
    package static let go = MailboxControl(rawValue: 1 << 31)

    /// What the register says that is a setting; none where nothing could be read.
    init(settingsIn value: UInt32) {
        let settings: MailboxControl = [.interruptEnable, .attentionNotNeeded, .asyncMessageEnable]
        self = value == .max ? [] : MailboxControl(rawValue: value).intersection(settings)
    }
}
