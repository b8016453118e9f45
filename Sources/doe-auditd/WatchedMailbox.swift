internal import DOEWords
internal import PCIConfig

/// A mailbox of this host that is only looked at: nobody serves it.
struct WatchedMailbox: Sendable {
    let name: MailboxName
    let space: HeldConfigSpace

    /// What it is now; does not touch the device.
    var identity: MailboxIdentity { space.identity(of: name) }
}
