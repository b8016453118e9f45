/// The registers of a DOE capability; the raw value is the offset from the capability's start (PCIe r6.0 7.9.24).
package enum MailboxRegister: UInt16, Hashable, Sendable, CaseIterable {
    /// What the mailbox can do.
    case capabilities = 0x04
    /// Abort and go.
    case control = 0x08
    /// Busy, error, ready.
    case status = 0x0c
    /// Takes the request, one dword a write.
    case writeMailbox = 0x10
    /// Shows the response's current dword; any write moves on to the next.
    case readMailbox = 0x14
}
