internal import DOEWords

/// One mailbox, and what happens at it on both roads to its registers.
struct WatchedMailbox {
    let capability: UInt16
    /// What is done on behalf of processes.
    var processes: MailboxAssembly
    /// What the kernel does beside its own exchanges: a module of somebody's.
    var kernel: MailboxAssembly

    init(_ function: FunctionAddress, _ capability: UInt16, showsReads: Bool) {
        self.capability = capability
        processes = MailboxAssembly(of: function, capability: capability, showsReads: showsReads)
        // What it reads for itself no probe shows.
        kernel = MailboxAssembly(of: function, capability: capability, showsReads: false)
    }
}
