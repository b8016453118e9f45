package import DOEPolicy
package import PCIConfig

/// The answer to a mailbox machine's last action. Each question has an answer of its own, and a machine goes on at
/// the answer to what it asked and at no other. What happens a few times in an exchange at most is indirect, so that
/// the answers for every few dwords are small.
package enum MailboxEvent: Sendable, Hashable {
    /// Nothing was asked yet: the start.
    case began
    /// What a register read as.
    case value(UInt32)
    /// What was taken from the read mailbox.
    case dwords([UInt32])
    /// What was to be written is, or the wait is over.
    case done
    /// The permit still holds.
    case permitHolds
    /// The permit does not hold any more: why.
    indirect case withdrawn(Withdrawal)
    /// The witness has seen nobody else write to the mailbox.
    case nobodyWrote
    /// Somebody else has written to the mailbox.
    indirect case foreignWrite(ForeignWrite)
    /// An access did not happen, after so many dwords of the same action that were sent or taken.
    indirect case failed(ConfigSpaceError, after: Int = 0)
}
