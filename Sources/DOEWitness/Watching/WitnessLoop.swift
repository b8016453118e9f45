internal import DOELinux
internal import DOEMonitor
internal import DOEWords
internal import PCIConfig
internal import Synchronization

/// What the witness' thread does, from its start to its end.
struct WitnessLoop {
    private let witness: Witness
    private var assembler: Assembler
    private var poll: EventPoll?
    private var opens: OpenListener?
    private var devices: DeviceEvents?
    private var watched: [WatchedFunction] = []
    private var unread: [Obstacle] = []
    private var commands = ThreadCommands()
    private var nextStart: UInt64 = 0
    /// Observations for which there was no room in the queue, and of which nothing was said yet.
    private var untold: UInt64 = 0
    /// When a check last found nothing, CLOCK_MONOTONIC in microseconds.
    private var lastRight: UInt64 = 0

    /// While it is blind from its start, it tries again so often: a module or a mount may come later.
    private static let startInterval: UInt64 = 60_000_000
    /// Until when an announced write of ours must have been traced.
    private static let ownWriteLimit: UInt64 = 5_000_000_000

    init(_ witness: Witness) {
        self.witness = witness
        assembler = Assembler(showsReads: false) { [host = witness.host] in host.isLent($0) }
    }

    mutating func run() {
        do throws(LinuxError) {
            let poll = try EventPoll()
            try poll.add(witness.wake.descriptor, .readable, token: Witness.Token.wake.rawValue)
            self.poll = poll
        } catch {
            return told(
                witness.keeper.withLock {
                    $0.isBlind(Obstacle(error), since: Clocks.realtimeMicroseconds, isStart: true)
                })
        }
        listen()
        lookAtFunctions()
        while !witness.isStopping.load(ordering: .acquiring) {
            startIfDue()
            wait()
            read()
            check()
            writeWhatIsDue()
        }
        end()
    }

    /// Which devices come and go. Without that the witness works, and knows less.
    private mutating func listen() {
        do throws(LinuxError) {
            let devices = try DeviceEvents()
            try poll?.add(devices.descriptor, .readable, token: Witness.Token.devices.rawValue)
            self.devices = devices
        } catch {
            trouble(
                Obstacle(
                    "functions that come later are not watched: \(error.problem)", remedy: "restart doe-auditd then"))
        }
    }

    /// What there is now is watched from now on.
    private mutating func lookAtFunctions() {
        do throws(LinuxError) {
            let found = try witness.host.look()
            unread = found.unread
            // Files are new where a function went and came back: a mark that is there already costs nothing.
            for function in found.watched { opens?.add(function.address, on: witness.pciHost) }
            guard found.watched != watched else { return tellTroubles() }
            watched = found.watched
        } catch {
            unread = [Obstacle(error)]
            return tellTroubles()
        }
        for function in watched {
            for mailbox in function.mailboxes { witness.watch.follow(.real(function.address, offset: mailbox)) }
        }
        witness.intake.withLock { $0?.probes.watch(watched) }
        let ended = assembler.watch(
            Dictionary(watched.map { ($0.address, $0.mailboxes) }, uniquingKeysWith: { first, _ in first }))
        observe(ended)
        tellTroubles()
    }

    /// Adds the probes, where there are none yet. What is announced meanwhile needs no event.
    private mutating func startIfDue() {
        let now = Clocks.monotonicMicroseconds
        guard witness.intake.withLock({ $0 == nil }), now >= nextStart else { return }
        nextStart = now + Self.startInterval
        let wall = Clocks.realtimeMicroseconds
        do throws(Obstacle) {
            try begin()
        } catch {
            told(
                witness.keeper.withLock {
                    $0.isBlind(error, since: wall, isStart: $0.blindness?.problem != error.problem)
                })
            _ = witness.watch.own.takeUnseen(
                before: Clocks.monotonicNanoseconds &- Self.ownWriteLimit, counting: false)
        }
        tellRoads()
    }

    private mutating func begin() throws(Obstacle) {
        guard ProcessNamespace.isFirst == true else {
            throw Obstacle(
                "the numbers of processes are others here than in the kernel's trace: this is a pid namespace",
                remedy: "start the container with --pid=host, or the daemon on the host itself")
        }
        let (watched, witness, poll) = (watched, witness, poll)
        // It takes seconds, and no exchange waits for it: there is nothing to look at yet.
        witness.isChanging.store(true, ordering: .releasing)
        defer { witness.isChanging.store(false, ordering: .releasing) }
        let (showsReads, tellsWriters) = try witness.intake.withLock { intake throws(Obstacle) in
            let probes = try WitnessProbes.start(watching: watched, on: witness.pciHost)
            do throws(Obstacle) {
                if let poll { try probes.wait(in: poll, token: Witness.Token.trace.rawValue) }
                intake = try TraceIntake(probes)
            } catch {
                try? probes.stop(poll)
                throw error
            }
            return (probes.roles.contains(.readEnded), probes.tellsWriters)
        }
        assembler.showsReads = showsReads
        if !tellsWriters { hearWhoOpens() }
        // What was written before there were probes nobody could have shown; what some of them have shown is still ours.
        witness.watch.own.excuse()
        lastRight = Clocks.monotonicMicroseconds
        let now = SightFile.Look.now
        let (unseenSince, cause) = now.begins(after: witness.file.lastLook)
        told(witness.keeper.withLock { $0.begins(at: now.wall, unseenSince: unseenSince, cause) })
        witness.file.note(now)
        tellTroubles()
    }

    /// Where the kernel does not say who writes: who opens what is watched is known before he writes. Without that the
    /// witness works, and knows less.
    private mutating func hearWhoOpens() {
        guard opens == nil else { return }
        do throws(LinuxError) {
            opens = try OpenListener(witness.book)
        } catch {
            trouble(Obstacle("processes that end at once may stay unknown: \(error.problem)", remedy: error.remedy))
        }
        for function in watched { opens?.add(function.address, on: witness.pciHost) }
    }

    // MARK: Turn by turn

    private mutating func wait() {
        let events: [EventPoll.Event]
        do throws(LinuxError) {
            events = try poll?.wait(milliseconds: timeout) ?? []
        } catch {
            // Nothing of ours can make it fail; a turn a second is better than none.
            witness.wake.wait(microseconds: 1_000_000)
            return
        }
        for event in events {
            switch Witness.Token(rawValue: event.token) {
            case .wake: witness.wake.clear()
            case .devices: if devices?.takeChanges(of: "pci") == true { lookAtFunctions() }
            case .trace, nil: break
            }
        }
    }

    /// Milliseconds until something is due, rounded up; `nil` where nothing is.
    private var timeout: Int32? {
        let now = Clocks.monotonicMicroseconds
        // What is being written already must not make this turn and turn while the disk takes its time.
        let written = witness.isWriting ? nil : witness.monitor.nextObservations
        var next = [written, assembler.nextWake.map { $0 / 1000 + 1 }].compactMap(\.self)
        let (waiting, check) = witness.intake.withLock { ($0?.nextTime, $0?.probes.nextCheck) }
        next.append(check ?? nextStart)
        if let waiting { next.append(waiting / 1000) }
        return next.min().map { $0 > now ? Int32(clamping: ($0 - now) / 1000 + 1) : 0 }
    }

    private mutating func read() {
        do throws(Obstacle) {
            try witness.pass()
        } catch {
            loseSight(error)
        }
        let events = witness.intake.withLock { $0?.takeEvents() } ?? []
        var ended: [AssembledObservation] = []
        for event in events {
            if event.access.isWrite { _ = witness.book.owner(of: event.thread, at: event.time / 1000) }
            if let command = event.command { commands.note(command, of: event.thread) }
            ended += assembler.take(event)
        }
        ended += assembler.advance(to: Clocks.monotonicNanoseconds)
        observe(ended)
    }

    private mutating func observe(_ ended: [AssembledObservation]) {
        for assembled in ended {
            let observation = assembled.observation(by: witness.book, commands)
            // Woken again: what is counted now is due before anything else may be.
            let isTaken = witness.hand { [wake = witness.wake] monitor in
                monitor.observe(observation)
                wake.signal()
            }
            // Told with the next check: one record each would only make the queue longer.
            if !isTaken { untold += 1 }
        }
    }

    /// Looks after its own sight when that is due, and once more for functions that could not be looked at.
    private mutating func check() {
        let now = Clocks.monotonicMicroseconds
        guard let due = witness.intake.withLock({ $0?.probes.nextCheck }), now >= due else { return }
        lookAfterSight(at: now)
        if !unread.isEmpty { lookAtFunctions() }
    }

    /// Whether the probes are as they were left, and what was lost.
    private mutating func lookAfterSight(at now: UInt64) {
        let wall = Clocks.realtimeMicroseconds
        let wasBlind = isBlind
        let lastPass = witness.intake.withLock { $0?.lastPass } ?? 0
        let unseen = witness.watch.own.takeUnseen(
            before: lastPass > Self.ownWriteLimit ? lastPass - Self.ownWriteLimit : 0, counting: !wasBlind)
        if wasBlind { witness.watch.own.excuse() }
        do throws(Obstacle) {
            var (findings, losses) = try witness.intake.withLock { intake throws(Obstacle) in
                (intake?.probes.check(now: now) ?? [], try intake?.takeLost() ?? [])
            }
            // Where events were lost, ours may be among them.
            if unseen > 0, !wasBlind, losses.isEmpty { findings.append(.unseenOwnWrites(unseen, since: lastRight)) }
            if findings.isEmpty { lastRight = now }
            told(
                witness.keeper.withLock { keeper in
                    keeper.checked(findings.map { ($0, wall &- (now &- $0.unseenSince)) }, at: wall)
                })
            tell(losses)
            if !losses.isEmpty { assembler.eventsWereMissed() }
        } catch {
            return loseSight(error)
        }
        if !isBlind { witness.file.note(.now) }
        if isBlind != wasBlind { tellRoads() }
    }

    private var isBlind: Bool { witness.keeper.withLock { $0.blindness != nil } }

    private func writeWhatIsDue() {
        let now = Clocks.monotonicMicroseconds
        guard let next = witness.monitor.nextObservations, next <= now, witness.beginWriting() else { return }
        let isTaken = witness.hand { [witness] monitor in
            monitor.writeObservations(at: now)
            witness.endWriting()
        }
        if !isTaken { witness.endWriting() }
    }

    // MARK: What it has to say

    /// One record, however many processors have lost something.
    private mutating func tell(_ losses: [(count: UInt64, place: String)]) {
        var losses = losses
        if untold > 0 { losses.append((untold, "the queue to the monitor")) }
        untold = 0
        let places = losses.prefix(3).map(\.place).joined(separator: ", ") + (losses.count > 3 ? " and elsewhere" : "")
        told(witness.keeper.withLock { $0.lost(losses.reduce(0) { $0 + $1.count }, in: places) })
    }

    /// The probes are of no use any more: away with them, and try anew.
    private mutating func loseSight(_ obstacle: Obstacle) {
        told(witness.keeper.withLock { $0.isBlind(obstacle, since: Clocks.realtimeMicroseconds) })
        tell(witness.intake.withLock { (try? $0?.takeLost()) ?? [] })
        removeProbes()
        nextStart = Clocks.monotonicMicroseconds + Self.startInterval
        tellRoads()
    }

    /// What it has to say of its sight is never too much for the queue: there is little of it, and it is not said again.
    private func told(_ news: [SightNews]) {
        for item in news { _ = witness.hand(whateverWaits: true) { $0.note(item) } }
    }

    private func removeProbes() {
        witness.isChanging.store(true, ordering: .releasing)
        defer { witness.isChanging.store(false, ordering: .releasing) }
        witness.intake.withLock { intake in
            // What is left is found and taken away by the next start.
            try? intake?.probes.stop(poll)
            intake = nil
        }
    }

    private func trouble(_ obstacle: Obstacle) { witness.notes.withLock { $0.general.append(obstacle) } }

    private func tellTroubles() {
        let ofProbes = witness.intake.withLock { $0?.probes.notes } ?? []
        witness.notes.withLock { $0.current = unread + ofProbes }
    }

    private func tellRoads() {
        let blindness = witness.keeper.withLock { $0.blindness }
        let facts = witness.intake.withLock { intake in
            guard let intake, blindness == nil else {
                return RoadFacts.current(.failure(blindness ?? Obstacle("it has not begun yet")))
            }
            return RoadFacts.current(.success(intake.probes))
        }
        witness.notes.withLock { $0.roads = facts.roads }
    }

    // MARK: The end

    private mutating func end() {
        // What comes after this the last look may not have seen.
        var last = SightFile.Look.now
        read()
        observe(assembler.finish())
        // What was lost or switched off since the last check is told too: nobody else will look at it.
        if witness.intake.withLock({ $0 != nil }) { lookAfterSight(at: Clocks.monotonicMicroseconds) }
        if !isBlind {
            last.isEnd = true
            witness.file.note(last)
        }
        tell([])
        opens?.end()
        removeProbes()
    }
}
