/// One mailbox, and what happens at it on both roads to its registers.
struct WatchedMailbox {
    let capability: UInt16
    /// What is done on behalf of processes.
    var processes: MailboxAssembly
    /// What the kernel does beside its own exchanges: a module of somebody's.
    var kernel: MailboxAssembly

    init(_ capability: UInt16) {
        self.capability = capability
        processes = MailboxAssembly(capability: capability)
        kernel = MailboxAssembly(capability: capability)
    }
}
