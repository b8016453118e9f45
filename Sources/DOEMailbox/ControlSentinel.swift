/// A sign that nobody has emptied the mailbox since the first dword: the settings in its control register.
///
/// A reset sets them to 0 (PCIe r6.0 7.9.24.3), and Linux does not bring them back as it does the rest of config space; a
/// driver that writes go or abort alone sets them to 0 too. Where none is set, interrupts are enabled for the time of the
/// request, where they can reach nobody: that arms it.
struct ControlSentinel: Sendable {
    /// What was there before.
    let found: MailboxControl
    /// Interrupts were enabled by us.
    private(set) var isArmed = false

    /// As the register read before the first dword.
    init(_ control: UInt32) {
        found = MailboxControl(settingsIn: control)
    }

    /// What the register has to read as.
    var expected: MailboxControl { isArmed ? found.union(.interruptEnable) : found }

    /// Interrupts are about to be enabled: write what is expected from now on.
    mutating func arm() { isArmed = true }

    /// What the register reads as afterwards: one that does not take the bit says no more than before.
    mutating func took(_ control: UInt32) { isArmed = stands(control) }

    /// Whether nobody has changed it.
    func stands(_ control: UInt32) -> Bool { MailboxControl(settingsIn: control) == expected }

    /// The abort that leaves the settings as they were found.
    var abort: AbortMachine { AbortMachine(keeping: found, disarming: isArmed) }
}
