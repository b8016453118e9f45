public import DOEPolicy
public import PCIConfig

/// The answer to a mailbox machine's last action.
public enum MailboxEvent: Sendable, Hashable {
    /// Nothing was asked yet: the start.
    case began
    /// What a register read as.
    case value(UInt32)
    /// A write or a wait is over.
    case done
    /// The permit does not hold any more: the refusal.
    case withdrawn(Decision)
    /// The access did not happen.
    case failed(ConfigSpaceError)

    /// The value; 0 for an event that carries none, so that an event out of turn costs an exchange and no more.
    var value: UInt32 {
        if case .value(let value) = self { value } else { 0 }
    }
}
