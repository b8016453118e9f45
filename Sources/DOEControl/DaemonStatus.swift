/// `GetStatus`' answer.
public struct DaemonStatus: Codable, Hashable, Sendable {
    /// The program's version.
    public var version: String
    /// Its process id.
    public var pid: Int
    /// When it began to serve, microseconds since 1970.
    public var started: Int64
    /// production or bring-up.
    public var mode: String
    /// Why this mode is in force.
    public var modeReason: String
    /// enforcing or permissive.
    public var enforcement: String
    /// Who has said so.
    public var enforcementReason: String
    /// The policy in force.
    public var policy: PolicySummary
    /// The reload that is under way; `nil` where there is none.
    public var reload: ReloadEntry?
    /// The audit trail.
    public var trail: TrailSummary
    /// Whether mailboxes are served; else the daemon is witness only.
    public var proxy: Bool
    /// How many mailboxes are served, or only watched.
    public var mailboxes: Int
    /// Exchanges since the start, refused ones included.
    public var exchanges: Int64
    /// Refused exchanges since the start.
    public var refused: Int64
    /// Exchanges since the start that the policy refused and that passed, since nothing was enforced.
    public var unenforced: Int64
    /// The host's letters since boot.
    public var taint: String
    /// Letters that nobody has acknowledged, from earlier boots too.
    public var unacknowledged: String
    /// What the witness sees; `nil` where it is switched off.
    public var sight: SightEntry?
    /// What is wrong with the taint ledger, or was at the start, sentences; empty where nothing is.
    public var ledger: [String]
    /// What is wrong with the kernel log, which is to have a line before a risky exchange; `nil` where nothing is.
    public var kernelLog: String?
    /// Sentences for a person, the most urgent first.
    public var attention: [String]

    enum CodingKeys: String, CodingKey {
        case version, pid, started, mode, enforcement, policy, reload, trail, proxy, mailboxes, exchanges, refused,
            unenforced,
            taint, unacknowledged, sight, attention, ledger
        case modeReason = "mode_reason"
        case enforcementReason = "enforcement_reason"
        case kernelLog = "kernel_log"
    }

    /// A status from its parts.
    public init(
        version: String, pid: Int, started: Int64, mode: String, modeReason: String, enforcement: String,
        enforcementReason: String, policy: PolicySummary, reload: ReloadEntry? = nil, trail: TrailSummary, proxy: Bool,
        mailboxes: Int,
        exchanges: Int64, refused: Int64, unenforced: Int64, taint: String, unacknowledged: String,
        ledger: [String] = [], sight: SightEntry?, kernelLog: String? = nil, attention: [String]
    ) {
        self.version = version
        self.pid = pid
        self.started = started
        self.mode = mode
        self.modeReason = modeReason
        self.enforcement = enforcement
        self.enforcementReason = enforcementReason
        self.policy = policy
        self.reload = reload
        self.trail = trail
        self.proxy = proxy
        self.mailboxes = mailboxes
        self.exchanges = exchanges
        self.refused = refused
        self.unenforced = unenforced
        self.taint = taint
        self.unacknowledged = unacknowledged
        self.ledger = ledger
        self.sight = sight
        self.kernelLog = kernelLog
        self.attention = attention
    }

    /// The shape on the wire: the answer stands under its own key.
    public struct Answer: Codable, Sendable {
        /// The answer.
        public var status: DaemonStatus
        /// An answer.
        public init(status: DaemonStatus) { self.status = status }
    }
}
