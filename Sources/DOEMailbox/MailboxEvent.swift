public import DOEPolicy
public import PCIConfig

/// The answer to a mailbox machine's last action. What happens once in an exchange at most is indirect, so that the answers
/// for every few dwords are small.
public enum MailboxEvent: Sendable, Hashable {
    /// Nothing was asked yet: the start.
    case began
    /// What a register read as.
    case value(UInt32)
    /// What was taken from the read mailbox.
    case dwords([UInt32])
    /// What was to be written is, the wait is over, or what was asked about is not so.
    case done
    /// The permit does not hold any more: the refusal.
    indirect case withdrawn(Decision)
    /// Somebody else has written to the mailbox.
    indirect case foreignWrite(ForeignWrite)
    /// An access did not happen, after so many dwords of the same action that were sent or taken.
    indirect case failed(ConfigSpaceError, after: Int = 0)

    /// The value; 0 for an event that carries none, so that an event out of turn costs an exchange and no more.
    var value: UInt32 {
        if case .value(let value) = self { value } else { 0 }
    }

    /// The dwords; none for an event that carries none.
    var dwords: [UInt32] {
        if case .dwords(let dwords) = self { dwords } else { [] }
    }
}
