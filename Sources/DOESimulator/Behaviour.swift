package import DOEWords
package import PCIConfig

/// How a simulated mailbox behaves: well, unless told otherwise. One knob, one way to misbehave.
package struct Behaviour: Hashable, Sendable {
    // MARK: The function
    /// Its power state; only in D0 is it available.
    package var powerState = PowerState.d0
    /// Lent to a guest.
    package var isLent = false
    /// The security manager for which the kernel talks SPDM with it.
    package var securityManager = Fact<String>.none
    /// What stands in the way of a lease, seen in the device.
    package var obstacleToLease: Obstacle?
    /// Another device has come to its place since it was opened.
    package var isSwapped = false
    /// Another device comes to its place with the first GO, and has a response ready.
    package var isSwappedAfterGo = false
    /// After so many dword accesses, reads and writes alike, the function has gone: it reads as all ones.
    package var accessesBeforeGone: Int?
    /// After so many dword writes the kernel refuses the next ones, as under lockdown.
    package var writesBeforeRefusal: Int?

    /// The dword access after so many, a read or a write, does not return until `SimulatedFunction.letGo` is called:
    /// a kernel that waits for a lock.
    package var accessesBeforeBlock: Int?

    /// The mailbox supports interrupts, so that its control register keeps whether they are enabled.
    package var supportsInterrupts = false
    /// MSI or MSI-X is enabled, so that they would reach somebody.
    package var raisesInterrupts = true

    // MARK: Emptied midway
    /// The write mailbox is emptied as soon as so many dwords of a request were written since the last GO or abort.
    package var dwordsBeforeEmptied: Int?
    /// So often in all; then no more.
    package var emptyings = Int.max
    /// What empties it is a reset or an abort: the settings in the control register go too.
    package var emptyingClearsControl = true
    /// For so many microseconds whoever writes stands still then: a reset holds config space locked.
    package var emptyingHolds: UInt64 = 0
    /// At GO what stands in the write mailbox is executed for what its first dword says, however long it says that it
    /// is.
    package var executesWhatIsLeft = false

    // MARK: Others
    /// Which questions after somebody else's writes are answered with one, counted from 0 for the first one ever
    /// asked; `nil` where nobody witnesses, so that nobody is asked.
    package var foreignWrites: Range<Int>?

    // MARK: Before GO
    /// Busy is set for ever.
    package var isBusyForEver = false
    /// Error is set for ever.
    package var isErrorForEver = false
    /// Ready is set for ever, whoever asked or did not.
    package var isReadyForEver = false
    /// Error is set as soon as a dword of a request is written.
    package var failsWhileWritten = false
    /// Ready is set, without GO, as soon as a dword of a request is written.
    package var isReadyWhileWritten = false
    /// Busy is set, without GO, as soon as a dword of a request is written.
    package var isBusyWhileWritten = false

    // MARK: From GO to the response
    /// Error is set at GO, and nothing is executed.
    package var failsAtGo = false
    /// So many looks at the status register after GO do not see ready yet.
    package var looksBeforeReady = 0
    /// Busy shows until ready does.
    package var isBusyWhileWorking = false
    /// What GO started never becomes ready.
    package var neverReady = false
    /// After so many looks at the status register error is set, unless ready was by then.
    package var looksBeforeError: Int?
    /// So many looks at the status register after GO read as all ones although the function is there.
    package var allOnesLooks = 0

    // MARK: The response
    /// The vendor and type in the response's header, in place of the right ones.
    package var responseObject: ObjectID?
    /// The length field in the response's header, as it is on the wire, in place of the right one.
    package var announcedLength: UInt32?
    /// Added to the length in the response's header.
    package var lengthOffset = 0
    /// Error is set after so many dwords of the response were acknowledged.
    package var dwordsBeforeError: Int?
    /// So many looks at the status register after the last dword still see ready.
    package var looksReadyAfterLast = 0
    /// The response never ends: after its last dword come zeros, and ready stays.
    package var neverEnds = false

    // MARK: Abort
    /// After an abort the mailbox is busy for ever.
    package var abortFails = false

    /// A well-behaved mailbox.
    package init() {}
}
