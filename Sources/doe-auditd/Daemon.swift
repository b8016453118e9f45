internal import DOEAuditTrail
internal import DOEBroker
internal import DOEConfiguration
internal import DOEControl
internal import DOELinux
internal import DOEMailbox
internal import DOEMonitor
internal import DOEPolicy
internal import DOEProxy
internal import DOERecord
internal import DOETaint
internal import DOEWitness
internal import DOEWords
internal import Glibc
internal import SPDMSocket

/// The daemon from its start to its end, in order.
struct Daemon {
    let options: Configuration
    let switches: KernelSwitches

    /// How long the end waits for journald; what is not delivered then stays in the ring for the next start.
    private static let flushMicroseconds: UInt64 = 3_000_000

    /// How long the end waits for a change that is under way.
    private static let lastChangeMicroseconds: UInt64 = 3_000_000

    /// How long an answer waits for a look at the ledger's file: the disk may hang.
    private static let lookMicroseconds: UInt64 = 200_000

    /// How long the end waits for whoever is told of it.
    private static let lastWordMicroseconds: UInt64 = 1_000_000

    func run() throws {
        // Signals first: threads inherit what is blocked.
        let signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP])
        // Before the first thread: what a process gives up is each thread's own.
        DOEAuditDaemon.beginToSpeak()
        let descriptorLimit = DescriptorLimit.raise()
        let link = try BrokerLink(options)
        let room = try OwnRoom(options).enter(hasBroker: link != nil)
        room.shortcomings.forEach { DOEAuditDaemon.complain($0) }
        OwnMemory.giveBackAfterPeaks()
        let privileged = Privileged(try link.map { link throws(LinuxError) in try RunningBroker(link) })

        // The mailboxes, by looking alone: nothing is written before the options are known to be good.
        let doors = options.tcpDoors
        let isProxy = switches.isOpen && options.proxy
        let witnessing = WitnessSetup(options, switches, privileged)
        let finder = MailboxFinder(options, witness: witnessing?.watch, access: privileged.config)
        let found = isProxy ? try finder.mailboxes() : []
        let watched = switches.isOpen && !isProxy ? try finder.watched() : []
        if isProxy { try TCPDoor.check(doors, against: found.map(\.name)) }
        // Before those are opened that may not fit: what is said then is why.
        let descriptorShortage = DescriptorNeeds(
            of: options, found, watched: watched.count, doors: doors.count, isWitnessing: witnessing != nil,
            limit: descriptorLimit
        ).shortage
        if let descriptorShortage { DOEAuditDaemon.complain(descriptorShortage) }

        let directories = try Directories(runtime: options.runtimeDirectory, state: options.stateDirectory)

        // What the road stands on.
        let enforcement = options.enforcement(under: switches)
        let load: @Sendable (UInt64) throws -> Policy = { [rules = options.rules] in
            try HostPolicy.load(
                rulesDirectory: rules, generation: $0, names: privileged.names, symbols: privileged.kernelSymbols)
        }
        let policy = PolicyLoad(after: nil, askedBy: .start, load: load)
        policy.complaints.forEach { DOEAuditDaemon.complain($0) }
        let ledgerMark = LedgerMarkFile(runtimeDirectory: directories.runtime, stateDirectory: directories.state)
        let noted = ledgerMark.found
        if case .unusable(let problem) = noted {
            DOEAuditDaemon.complain("how far the taint ledger had come is not known from here: \(problem)")
        }
        // The trail first: its lock keeps a second daemon away from the whole state directory, the ledger too.
        let trail = try AuditTrail(
            stateDirectory: directories.state, runtimeDirectory: directories.runtime,
            wasUsed: TaintLedger.isThere(directory: directories.state) || noted.isOfThisLedger,
            journal: options.journal, capacity: options.ringSlots, share: options.ringShare)
        let boot = try BootID.current()
        let marks = LedgerMarks(
            found: noted, ring: trail.recovery.ledger, isAhead: trail.recovery.isLedgerAhead,
            isLast: trail.recovery.isLedgerLast)
        let ledger = try TaintLedger(directory: directories.state, boot: boot, marks: marks) {
            record(Record(lossOf: $0), in: trail)
        }
        if let finding = ledger.finding, finding != .begun { DOEAuditDaemon.complain(finding.description) }
        let keeper = try LedgerKeeper(ledger)
        let kernelLog = KernelLog(KernelLogFiles(open: privileged.openKernelLog))
        let mask = TaintMask(ledger: ledger, runtimeDirectory: directories.runtime)
        let herald = TaintHerald(
            mask: mask, kernelLog: kernelLog,
            kernelTaint: options.kernelTaint ? KernelTaint(setBy: privileged.addUserspaceTaint) : nil)
        let hostMode = HostMode(configured: options.mode)
        let monitor = Monitor(
            judge: Judge(policy.policy, enforcement: enforcement.enforcement), trail: trail, ledger: ledger,
            mode: hostMode, leases: LeaseKeeper(directory: directories.state, boot: boot),
            spdmIdleSeconds: options.spdmIdle,
            warnKernelLog: kernelLog.write, tellTaint: herald.tell)
        herald.begin(with: ledger.snapshot)
        if let finding = ledger.finding { monitor.tell(of: finding) }
        ledger.noteMarks { mark throws(LinuxError) in
            defer { trail.noteLedger(mark) }
            try ledgerMark.note(mark)
        }

        // Each mailbox with its thread and its socket.
        let obedient = found.map { $0.obeying(monitor.judgeInForce) }
        try monitor.takeUp(obedient)
        monitor.takeUpLeases(of: obedient)
        let standIn = try StandIn(monitor: monitor)
        let mailboxes = try obedient.map { mailbox in
            try ServedMailbox(
                worker: MailboxWorker(mailbox: mailbox, monitor: monitor, standIn: standIn),
                directory: directories.mailboxes, tcp: doors.first { $0.mailbox == mailbox.name })
        }

        let witness = try witnessing?.witness(monitor, directories)

        // The doors.
        let accounts = ClientAccounts(options.clientLimits)
        let refusals = FoldedRefusals(monitor: monitor, standIn: standIn)
        let controlAccounts = ClientAccounts(options.controlLimits)
        let identities = try IdentityThreads(naming: privileged.naming)
        let server = try ProxyServer(
            monitor: monitor, accounts: accounts, controlAccounts: controlAccounts, refusals: refusals,
            identities: identities)
        for mailbox in mailboxes {
            try server.serve(mailbox, instance: trail.status.instance, frameSeconds: options.frameTimeout)
        }
        let serviceManager = try ServiceManager()
        let words = StatusWords(
            switches: switches, isProxy: isProxy, enforcement: enforcement, mailboxes: mailboxes.count + watched.count,
            serviceManager: serviceManager)
        let reloader = try PolicyReloader(monitor: monitor, first: policy, load: load, tell: words.tell)
        let lookAtLedger: @Sendable () -> Void = { keeper.look(withinMicroseconds: Self.lookMicroseconds) }
        let answers = ControlAnswers(
            monitor: monitor, isProxy: isProxy, mailboxes: mailboxes, watched: watched, sight: { witness?.sight },
            sightTroubles: { witness?.troubles ?? [] },
            reloader: reloader, herald: herald, lookAtLedger: lookAtLedger, accounts: [accounts, controlAccounts],
            identityTrouble: {
                let troubles = [privileged.broker?.client.trouble, identities.trouble].compactMap(\.self)
                return troubles.isEmpty ? nil : troubles.joined(separator: "; ")
            },
            processTroubles: { [acceptTrouble = server.acceptTrouble, troubles = room.troubles] in
                [descriptorShortage, acceptTrouble.sentence].compactMap(\.self) + troubles
            },
            journalSocket: options.journalSocket, configuration: options.answer(switches), enforcement: enforcement)
        let leases = LeaseMethods(monitor: monitor, mailboxes: mailboxes, noteTask: server.noteTask)
        let spdm = SPDMMethods(monitor: monitor, mailboxes: mailboxes)
        let taint = TaintMethods(
            monitor: monitor, lookAtLedger: lookAtLedger, mailboxes: found.map(\.name) + watched.map(\.name))
        let control = try ControlService(answers.methods + leases.all + spdm.all + taint.all) {
            refusals.note(change: $0, by: $1)
        }
        if switches.isOpen { try server.serve(controlSocket(directories, privileged), control) }
        try server.watch(signals.descriptor) {
            guard let signal = signals.next() else { return }
            guard signal != SIGHUP else { return reloader.reloadAtSignal() }
            serviceManager.tellStopping()
            server.stop()
        }

        if let broker = privileged.broker {
            // Nobody could be named, and no device opened. Whoever started the daemon starts both anew.
            try server.watch(broker.client.departs) {
                guard let departure = broker.client.takeDeparture() else { return }
                serviceManager.complain([departure.description])
                serviceManager.tellStopping()
                server.stop()
            }
        }

        server.acceptTrouble.whenTold { serviceManager.complain([$0]) }
        for complaint in answers.configuration.complaints { DOEAuditDaemon.complain(complaint) }
        record(policy.record, in: trail)
        record(startRecord(monitor, words, ledger.finding), in: trail)
        words.tellReady(policy)
        do throws(LinuxError) {
            try witness?.start()
        } catch {
            DOEAuditDaemon.complain("the witness does not look: \(error.description)")
        }
        try server.run(Housekeeping(monitor: monitor, standIn: standIn, serviceManager: serviceManager))

        // The end: nothing is under way any more, but where the kernel does not let a mailbox's thread go. The ring
        // keeps that one's record open, and the next start finds it.
        for mailbox in mailboxes { mailbox.worker.close() }
        for mailbox in mailboxes where !mailbox.worker.join() {
            DOEAuditDaemon.complain("\(mailbox.name) is still blocked: its exchange stays open on record")
        }
        if witness?.stop() == false {
            DOEAuditDaemon.complain("the witness' thread is still blocked: the next start takes its probes away")
        }
        identities.close()
        control.close()
        reloader.close()
        if !control.join(withinMicroseconds: Self.lastChangeMicroseconds) {
            DOEAuditDaemon.complain("a change that was asked for on the control socket is still under way")
        }
        if !reloader.join(withinMicroseconds: Self.lastChangeMicroseconds) {
            DOEAuditDaemon.complain("the rules are still being loaded")
        }
        standIn.close()
        standIn.join()
        refusals.finish()
        record(Record(.daemonStopped, priority: .notice, message: "doe-auditd stops: it was told to"), in: trail)
        keeper.stop()
        // What somebody has done to the file since anybody asked: now all of it is still in memory.
        ledger.look(reading: true)
        do throws(TaintError) {
            try ledger.flush()
        } catch {
            DOEAuditDaemon.complain(error.description)
        }
        _ = trail.flush(withinMicroseconds: Self.flushMicroseconds)
        trail.noteLastLedger(ledger.mark)
        trail.stop()
        serviceManager.close(withinMicroseconds: Self.lastWordMicroseconds)
        if let broker = privileged.broker {
            let departure = broker.client.departure
            broker.end()
            if let departure { throw departure }
        }
    }

    private func controlSocket(_ directories: Directories, _ privileged: Privileged) throws -> ListeningSocket {
        // The group is made at installation; without it the socket is root's alone.
        let group = privileged.group("doe-audit")
        return try ListeningSocket(
            path: "\(directories.runtime)/\(ControlInterface.socketName)", mode: 0o660, group: group)
    }

    private func startRecord(_ monitor: Monitor, _ words: StatusWords, _ finding: LedgerFinding?) -> Record {
        let mode = monitor.hostMode.inForce
        var started = Record(
            .daemonStarted, priority: words.isOrdinary && mode.mode == .production ? .notice : .warning,
            message: "doe-auditd \(ProductVersion.current) \(words.doing), mode: \(mode.mode) (\(mode.reason))"
                + words.permissive
                + (monitor.trail.recovery.notices + (finding.map { ["\($0)"] } ?? [])).map { "; \($0)" }.joined())
        started[.mode] = mode.mode.rawValue
        started[.policy] = monitor.policy.identity.description
        return started
    }

    /// A ring that is full, since journald was away for long, must not keep the daemon from starting, or nobody could
    /// ask it why; nor from ending in order. Exchanges are refused until there is room.
    private func record(_ record: Record, in trail: AuditTrail) {
        do throws(TrailError) {
            try trail.write(record)
        } catch {
            DOEAuditDaemon.complain("not on record: \(record.message): \(error.description)")
        }
    }
}
