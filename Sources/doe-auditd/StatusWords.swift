internal import DOEConfiguration
internal import DOEMonitor
internal import DOEPolicy
internal import DOEWords

/// What systemd, and whoever started the daemon, is told of it in a few words.
struct StatusWords: Sendable {
    let switches: KernelSwitches
    let isProxy: Bool
    let enforcement: EnforcementInForce
    let mailboxes: Int
    let serviceManager: ServiceManager

    /// What `doe_audit.enforce=off` means.
    static let closed =
        "\(KernelSwitches.enforceName)=off on the kernel command line: no socket, nothing passes"

    /// What it does, after its name.
    var doing: String {
        guard switches.isOpen else { return "is shut, \(Self.closed)" }
        return isProxy ? "serves, mailboxes: \(mailboxes)" : "is \(Self.witnessOnly), mailboxes: \(mailboxes)"
    }

    /// What `proxy = false` means.
    static let witnessOnly = "witness only: no mailbox is served, no device is written to"

    /// What a permissive daemon adds, wherever it says that it serves; else nothing.
    var permissive: String {
        isProxy && enforcement.enforcement == .permissive
            ? ", PERMISSIVE (\(enforcement.reason)): what the rules refuse passes with a warning" : ""
    }

    /// Whether it does what a production host wants: it serves, and enforces.
    var isOrdinary: Bool { switches.isOpen && permissive.isEmpty }

    /// The daemon serves, under this policy.
    func tellReady(_ load: PolicyLoad) {
        serviceManager.tellReady(
            status: switches.isOpen
                ? "\(isProxy ? "" : "witness only, ")mailboxes: \(mailboxes), rules: \(load.policy.ruleCount)\(permissive)"
                : Self.closed)
    }

    /// Rules are read anew.
    @Sendable func tell(_ news: PolicyReloader.News) {
        switch news {
        case .begins: serviceManager.tellReloading()
        case .ended(let load):
            serviceManager.complain(load.complaints)
            tellReady(load)
        case .unrecorded(let why): serviceManager.complain(["not on record: \(why)"])
        }
    }
}
