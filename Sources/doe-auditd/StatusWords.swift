internal import DOEConfiguration
internal import DOEMonitor
internal import DOEPolicy

/// What systemd, and whoever started the daemon, is told of it in a few words.
struct StatusWords: Sendable {
    let switches: KernelSwitches
    let mailboxes: Int

    /// What `doe_audit.enforce=off` means.
    static let closed =
        "\(KernelSwitches.enforceName)=off on the kernel command line: no socket, nothing passes"

    /// The daemon serves, under this policy.
    func tellReady(_ load: PolicyLoad) {
        ServiceManager.tellReady(
            status: switches.enforces ? "mailboxes: \(mailboxes), rules: \(load.policy.ruleCount)" : Self.closed)
    }

    /// Rules are read anew.
    @Sendable func tell(_ news: PolicyReloader.News) {
        switch news {
        case .begins: ServiceManager.tellReloading()
        case .ended(let load):
            load.complaints.forEach(DOEAuditDaemon.complain)
            tellReady(load)
        case .unrecorded(let why): DOEAuditDaemon.complain("not on record: \(why)")
        }
    }
}
