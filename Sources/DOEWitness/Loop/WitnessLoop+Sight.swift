internal import DOEAssembly
internal import DOELinux
internal import DOEMonitor
internal import DOETrace
internal import DOEWords
internal import Synchronization

// Whether it sees, and what it has to say of that.
extension WitnessLoop {
    /// Looks after its own sight when that is due, and once more for functions that could not be looked at.
    mutating func check() {
        let now = Clocks.monotonicMicroseconds
        guard let due = witness.intake.withLock({ $0?.instruments.nextCheck }), now >= due else { return }
        lookAfterSight(at: now)
        if !unread.isEmpty || isWatchIncomplete { lookAtFunctions() }
    }

    /// Whether the probes are as they were left, and what was lost.
    mutating func lookAfterSight(at now: UInt64, isLast: Bool = false) {
        let wall = Clocks.realtimeMicroseconds
        let wasBlind = isBlind
        let lastPass = witness.intake.withLock { $0?.lastPass } ?? 0
        let unseen = witness.watch.own.takeUnseen(
            before: lastPass > Self.ownWriteLimit ? lastPass - Self.ownWriteLimit : 0, counting: !wasBlind)
        if wasBlind { witness.watch.own.excuse() }
        do throws(Obstacle) {
            let (watch, book) = (witness.watch, witness.book)
            // What is put right now has dimmed what was traced until now.
            let (arms, uncounted) = try witness.intake.withLock { intake throws(Obstacle) in
                var unseen: [(count: UInt64, place: String)] = []
                // Nobody will compare once more.
                for _ in 0..<(isLast ? TraceIntake.comparisons : 1) {
                    unseen +=
                        try intake?.compareWrites(claim: { watch.claim($0) }, told: { book.told($0, wrote: $1) }) ?? []
                }
                return (intake?.instruments.arms, unseen)
            }
            // No mailbox's thread waits for this.
            guard let arms else { return }
            let report = try arms.check()
            var (findings, losses, canary) = try witness.intake.withLock { intake throws(Obstacle) in
                (
                    intake?.instruments.check(report, now: now) ?? [], (try intake?.takeLost() ?? []) + uncounted,
                    intake?.instruments.dueCanary(now: now)
                )
            }
            if let canary { readCanary(at: canary.function, by: canary.thread, arms) }
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

    /// Where it cannot be told of, it is read all the same, and missed: that says so.
    private func readCanary(at function: FunctionAddress, by thread: Int32, _ arms: any Arms) {
        try? arms.beginCanary(at: function, readBy: thread)
        let now = Clocks.monotonicMicroseconds
        witness.intake.withLock { $0?.instruments.readCanary(now: now) }
    }

    /// It lies on every read of a config file, and so is taken away as soon as it was seen.
    func endSeenCanary() {
        let arms = witness.intake.withLock { intake in
            intake?.instruments.takeSeenCanary() == true ? intake?.instruments.arms : nil
        }
        arms?.endCanary()
    }

    /// Whether the arms do not watch all that they should.
    var isWatchIncomplete: Bool { witness.intake.withLock { $0?.instruments.isWatchIncomplete ?? false } }

    var isBlind: Bool { witness.keeper.withLock { $0.blindness != nil } }

    /// One record, however many processors have lost something.
    mutating func tell(_ losses: [(count: UInt64, place: String)]) {
        var losses = losses
        if untold > 0 { losses.append((untold, "the queue to the monitor")) }
        untold = 0
        let places = losses.prefix(3).map(\.place).joined(separator: ", ") + (losses.count > 3 ? " and elsewhere" : "")
        told(witness.keeper.withLock { $0.lost(losses.reduce(0) { $0 + $1.count }, in: places) })
    }

    /// The probes are of no use any more: away with them, and try anew.
    mutating func loseSight(_ obstacle: Obstacle) {
        told(witness.keeper.withLock { $0.isBlind(obstacle, since: Clocks.realtimeMicroseconds) })
        tell(witness.intake.withLock { (try? $0?.takeLost()) ?? [] })
        giveUpProbes()
        nextStart = Clocks.monotonicMicroseconds + Self.startInterval
        tellRoads()
    }

    /// What it has to say of its sight is never too much for the queue: there is little of it, and it is not said
    /// again.
    func told(_ news: [SightNews]) {
        for item in news { _ = witness.hand(whateverWaits: true) { $0.note(item) } }
    }

    func trouble(_ obstacle: Obstacle) { witness.notes.withLock { $0.general.append(obstacle) } }

    func tellTroubles() {
        let ofProbes = witness.intake.withLock { $0?.instruments.notes } ?? []
        witness.notes.withLock { $0.current = unread + ofProbes }
    }

    func tellRoads() {
        let blindness = witness.keeper.withLock { $0.blindness }
        let facts = witness.intake.withLock { intake in
            guard let intake, blindness == nil else {
                return RoadFacts.current(.failure(blindness ?? Obstacle("it has not begun yet")))
            }
            return RoadFacts.current(.success(intake.instruments))
        }
        witness.notes.withLock { $0.roads = facts.roads }
    }
}
