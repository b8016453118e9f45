package import DOEWords

/// One function whose registers may be driven: a real one behind its held descriptor, or a simulated one.
///
/// A mailbox asks both checks before the first access of every exchange, availability first: it touches nothing. It
/// asks for availability again before the first dword and before GO.
package protocol HeldFunction: ConfigSpace {
    /// Throws `unavailable` while the function sleeps (is not in D0) or is lent to a guest.
    ///
    /// It goes by what the kernel knows. Only where the kernel itself does not know the power state is the function's
    /// own power management register read.
    func checkAvailable() throws(ConfigSpaceError)

    /// Throws `gone` where this is no longer the function that was found when it was opened.
    func checkStillSame() throws(ConfigSpaceError)

    /// One of this function's mailboxes, with the function as it is now; reads no device register.
    func identity(of mailbox: MailboxName) -> MailboxIdentity

    /// The platform's security manager (TSM) that the kernel has connected to the device: `none` where none is,
    /// `unknown` where that could not be learned.
    func securityManager() -> Fact<String>

    /// What stands in the way of leasing one of its mailboxes: a driver is bound, the function sleeps or is another
    /// one, memory behind it is online, or one of these could not be found out. Only with `looksAtDevice` the device
    /// is read, where it is awake and ours, and the answer is whole; without it is what the kernel knows of drivers.
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle?

    /// Whether the function raises interrupts of the kinds that a mailbox has: MSI or MSI-X is enabled (PCIe r6.0
    /// 6.30.3). What is not known is a yes.
    func raisesInterrupts() throws(ConfigSpaceError) -> Bool

    /// The kernel's copy of the function's CDAT; `nil` where there is none, an error where there is one that
    /// cannot be read. Touches no device.
    func kernelCDAT() throws(Obstacle) -> [UInt8]?

    /// What keeps its registers from being written, as was found when it was opened; `nil` where nothing is known.
    var obstacleToWriting: Obstacle? { get }

    /// Whether somebody sees the writes of others to its registers.
    var isWitnessed: Bool { get }

    /// The first write of somebody else to these registers since that time, CLOCK_MONOTONIC in microseconds, as far
    /// as a witness has seen one; reads no device register and waits for nothing.
    func foreignWrite(to registers: Range<UInt16>, since: UInt64) -> ForeignWrite?
}

extension HeldFunction {
    /// It may.
    package func raisesInterrupts() throws(ConfigSpaceError) -> Bool { true }

    /// None.
    package func kernelCDAT() throws(Obstacle) -> [UInt8]? { nil }

    /// None is known.
    package var obstacleToWriting: Obstacle? { nil }

    /// Nobody does.
    package var isWitnessed: Bool { false }

    /// None is known.
    package func foreignWrite(to registers: Range<UInt16>, since: UInt64) -> ForeignWrite? { nil }
}
