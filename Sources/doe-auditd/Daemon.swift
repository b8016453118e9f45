internal import DOEAuditTrail
internal import DOEControl
internal import DOELinux
internal import DOEMonitor
internal import DOEPolicy
internal import DOEProxy
internal import DOERecord
internal import DOETaint
internal import DOEWords
internal import Glibc

/// The daemon from its start to its end, in order.
struct Daemon {
    let options: DaemonOptions

    init(_ options: DaemonOptions) { self.options = options }

    func run() throws {
        // Signals first: threads inherit what is blocked.
        let signals = try SignalDescriptor([SIGTERM, SIGINT])
        let directories = try Directories(runtime: options.runtimeDirectory, state: options.stateDirectory)

        // What the monitor stands on.
        let policy = PolicyInForce.load(rulesDirectory: options.rules)
        let ledger = try TaintLedger(directory: directories.state)
        let trail = try AuditTrail(
            stateDirectory: directories.state, journal: options.journal)
        let monitor = Monitor(
            judge: Judge(policy: policy.policy), trail: trail, ledger: ledger, warnKernelLog: KernelLog.warn)

        // The mailboxes, each with its thread and its socket.
        let mailboxes = try MailboxFinder(options).mailboxes().map { mailbox in
            try ServedMailbox(
                worker: MailboxWorker(mailbox: mailbox, monitor: monitor), directory: directories.mailboxes)
        }
    }
}
