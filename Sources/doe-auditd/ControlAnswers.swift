internal import DOEAuditTrail
internal import DOEConfiguration
internal import DOEControl
internal import DOELinux
internal import DOEMailbox
internal import DOEMonitor
internal import DOEPolicy
internal import DOEProxy
internal import DOETaint
internal import DOEWords
internal import Glibc
internal import PCIConfig

/// What the control interface tells, gathered from where it is known.
struct ControlAnswers: Sendable {
    let monitor: Monitor
    let isProxy: Bool
    let mailboxes: [ServedMailbox]
    let watched: [WatchedMailbox]
    /// What the witness sees; `nil` where it is switched off.
    let sight: @Sendable () -> Sight?
    /// What the witness lacks beside its sight.
    let sightTroubles: @Sendable () -> [String]
    let reloader: PolicyReloader
    let herald: TaintHerald
    /// Has the ledger's file looked at.
    let lookAtLedger: @Sendable () -> Void
    let accounts: [ClientAccounts]
    /// What is wrong with learning who clients are.
    let identityTrouble: @Sendable () -> String?
    /// What has no descriptor, or may come to have none, and what of its sandbox the process lacks.
    let processTroubles: @Sendable () -> [String]
    let journalSocket: String
    let configuration: SettingEntry.Answer
    let enforcement: EnforcementInForce
    private let started = Clocks.realtimeMicroseconds

    init(
        monitor: Monitor, isProxy: Bool, mailboxes: [ServedMailbox], watched: [WatchedMailbox],
        sight: @escaping @Sendable () -> Sight?,
        sightTroubles: @escaping @Sendable () -> [String], reloader: PolicyReloader, herald: TaintHerald,
        lookAtLedger: @escaping @Sendable () -> Void, accounts: [ClientAccounts],
        identityTrouble: @escaping @Sendable () -> String?,
        processTroubles: @escaping @Sendable () -> [String], journalSocket: String,
        configuration: SettingEntry.Answer,
        enforcement: EnforcementInForce
    ) {
        self.monitor = monitor
        self.isProxy = isProxy
        self.mailboxes = mailboxes
        self.watched = watched
        self.sight = sight
        self.sightTroubles = sightTroubles
        self.reloader = reloader
        self.herald = herald
        self.lookAtLedger = lookAtLedger
        self.accounts = accounts
        self.identityTrouble = identityTrouble
        self.processTroubles = processTroubles
        self.journalSocket = journalSocket
        self.configuration = configuration
        self.enforcement = enforcement
    }

    /// The methods of the control interface, each with who may call it.
    var methods: [ControlMethod] {
        [
            .reading(ControlInterface.getStatus) { (_: NoParameters) in DaemonStatus.Answer(status: status) },
            .reading(ControlInterface.listMailboxes) { (_: NoParameters) in
                MailboxEntry.Answer(mailboxes: mailboxEntries)
            },
            .reading(ControlInterface.getSight) { (_: NoParameters) in SightEntry.Answer(sight()) },
            .reading(ControlInterface.getConfiguration) { (_: NoParameters) in configuration },
            .readingSlowly(ControlInterface.getPolicy) { (request: PolicyPageRequest) throws(ControlError) in
                try PolicyPage(of: monitor.inForce, problem: reloader.last.problem, request: request)
            },
            .changingElsewhere(ControlInterface.reloadPolicy) { (_: NoParameters, caller, reply) in
                reloader.reload(for: .client(caller)) { reply($0.answer) }
            },
        ]
    }

    private var status: DaemonStatus {
        lookAtLedger()
        let ledger = monitor.ledger.notices
        let trail = monitor.trail.status
        let mode = monitor.hostMode.inForce
        let counters = monitor.counters
        let load = reloader.last
        let sight = sight().map { SightEntry($0) }
        let kernelLog = herald.kernelLogTrouble
        return DaemonStatus(
            version: ProductVersion.current, pid: Int(getpid()), started: Int64(clamping: started),
            mode: mode.mode.rawValue, modeReason: mode.reason,
            enforcement: enforcement.enforcement.rawValue, enforcementReason: enforcement.reason,
            policy: PolicySummary(load), reload: reloader.underWay.map { ReloadEntry($0) },
            trail: TrailSummary(
                instance: trail.instance, sequence: Int64(clamping: trail.sequence),
                anchor: trail.anchor?.description, capacity: trail.capacity, pending: trail.unsent,
                unconfirmed: trail.unconfirmed, volatileFile: trail.volatileFile, journalSocket: journalSocket,
                problem: trail.troubles.first),
            proxy: isProxy, mailboxes: mailboxes.count + watched.count, exchanges: Int64(clamping: counters.exchanges),
            refused: Int64(clamping: counters.refused), unenforced: Int64(clamping: counters.unenforced),
            taint: monitor.ledger.hostLetters.description,
            unacknowledged: monitor.ledger.unacknowledgedLetters.description, ledger: ledger, sight: sight,
            kernelLog: kernelLog, attention: attention(trail, counters, load, ledger, sight, kernelLog))
    }

    /// The most urgent first.
    private func attention(
        _ trail: TrailStatus, _ counters: Counters, _ load: PolicyLoad, _ ledger: [String], _ sight: SightEntry?,
        _ kernelLog: String?
    ) -> [String] {
        // Above all else: who reads nothing below has to know that nobody looks.
        let recovery = monitor.trail.recovery
        var sentences =
            [sight?.blindSentence].compactMap(\.self) + recovery.lost + trail.findings + recovery.notices + ledger
        if let sight, sight.missed > 0 {
            sentences.append("the witness has lost events since the start: \(sight.missed); see: doe-audit report")
        }
        if isProxy, enforcement.enforcement == .permissive {
            sentences.append(
                "PERMISSIVE (\(enforcement.reason)): what the rules refuse passes with a warning, all but compliance; "
                    + "so far \(counters.unenforced)")
        }
        sentences += mailboxes.compactMap { $0.worker.blockage?.sentence }
        sentences += mailboxes.compactMap { served in
            served.worker.mailbox.obstacleToAsking.map { "\(served.name) cannot be asked: \($0.description)" }
        }
        sentences += [identityTrouble()].compactMap(\.self) + processTroubles()
        sentences += trail.troubles + trail.volatileWarnings
        sentences += [monitor.leases.trouble, counters.unrecordedEvent.map { "not on record: \($0)" }].compactMap(
            \.self)
        sentences += monitor.leases.all.map {
            "\($0.mailbox) is leased to \($0.holder) until \(Timestamp(microseconds: $0.end.wallClock).point): "
                + $0.reason.inQuotes
        }
        if monitor.mode == .bringUp {
            sentences.append("this host is in bring-up mode: a lease and a rule open compliance mode through DOE")
        }
        if counters.unrecorded > 0 {
            sentences.append("exchanges refused because no record could be kept: \(counters.unrecorded)")
        }
        sentences += sightTroubles().map { "the witness: \($0)" }
        sentences += [load.problem, kernelLog].compactMap(\.self) + herald.troubles + configuration.complaints
        let refused = accounts.reduce(into: [:]) { $0.merge($1.refused, uniquingKeysWith: +) }
        let limits = ClientLimit.allCases.compactMap { limit in refused[limit].map { "\(limit.rawValue) \($0)" } }
        if !limits.isEmpty {
            sentences.append("refused by limits on clients since the start: \(limits.joined(separator: ", "))")
        }
        let ended = accounts.reduce(0) { $0 + $1.ended }
        if ended > 0 {
            sentences.append("connections that rested and were ended for others since the start: \(ended)")
        }
        let letters = monitor.ledger.unacknowledgedLetters
        sentences += letters.intersection([.complianceAttempted, .bypass, .lost, .witnessBlind]).meanings.map {
            "taint \($0.character): \($0.meaning); see: doe-audit taint"
        }
        return sentences
    }

    private var mailboxEntries: [MailboxEntry] {
        let snapshot = monitor.ledger.snapshot
        func taint(_ name: MailboxName) -> TaintLetters { snapshot.sinceBoot[.mailbox(name)]?.letters ?? [] }
        let unserved = watched.map {
            MailboxEntry(
                $0.identity, capabilityVersion: $0.space.capabilityVersion(of: $0.name), socket: "",
                taint: taint($0.name))
        }
        return unserved
            + mailboxes.map { served in
                let identity = served.worker.mailbox.identity()
                return MailboxEntry(
                    identity, capabilityVersion: served.worker.mailbox.capabilityVersion, socket: served.socketPath,
                    taint: taint(identity.name),
                    spdmOwner: monitor.spdmOwner(of: identity.name))
            }
    }
}
