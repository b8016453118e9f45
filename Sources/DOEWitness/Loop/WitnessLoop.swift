internal import DOEAssembly
internal import DOELinux
internal import DOEMonitor
internal import DOETrace
internal import DOEWords
internal import PCIConfig
internal import Synchronization

/// What the witness' thread does, from its start to its end.
struct WitnessLoop {
    let witness: Witness
    var assembler: Assembler
    var poll: EventPoll?
    var opens: OpenListener?
    var devices: DeviceEvents?
    var watched: [WatchedFunction] = []
    var unread: [Obstacle] = []
    var commands = ThreadCommands()
    var passed = PassedThrough()
    /// Observations that the monitor is to get once it is known whose they are.
    var queue = ObservationQueue()
    var nextStart: UInt64 = 0
    /// Observations for which there was no room in the queue, and of which nothing was said yet.
    var untold: UInt64 = 0
    /// When a check last found nothing, CLOCK_MONOTONIC in microseconds.
    var lastRight: UInt64 = 0

    /// While it is blind from its start, it tries again so often: a module or a mount may come later.
    static let startInterval: UInt64 = 60_000_000
    /// So often what a program tells is looked for while it is interrupted in the middle of that.
    static let unfinishedInterval: UInt64 = 50_000
    /// So often it is asked anew whose an observation is, where nobody has answered.
    static let namelessInterval: UInt64 = 100_000
    /// Until when an announced write of ours must have been traced.
    static let ownWriteLimit: UInt64 = 5_000_000_000

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
            case .devices:
                guard devices?.takeChanges(of: "pci") == true else { continue }
                witness.monitor.forgetCopies()
                lookAtFunctions()
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
        let (waiting, check, isUnfinished) = witness.intake.withLock {
            ($0?.nextTime, $0?.instruments.nextCheck, $0?.instruments.isProgramUnfinished ?? false)
        }
        next.append(check ?? nextStart)
        if isUnfinished { next.append(now + Self.unfinishedInterval) }
        if !queue.isEmpty { next.append(now + Self.namelessInterval) }
        if let waiting { next.append(waiting / 1000) }
        return next.min().map { $0 > now ? Int32(clamping: ($0 - now) / 1000 + 1) : 0 }
    }

    mutating func read(isLast: Bool = false) {
        do throws(Obstacle) {
            try witness.pass(isLast: isLast)
        } catch {
            loseSight(error)
        }
        endSeenCanary()
        // Here, where no mailbox's thread waits for it.
        witness.book.learnPlaces()
        let events = witness.intake.withLock { $0?.takeEvents() } ?? []
        var ended: [AssembledObservation] = []
        for event in events {
            if event.access.isWriteOfProcess { _ = witness.book.owner(of: event.thread, at: event.time / 1000) }
            if let command = event.command { commands.note(command, of: event.thread) }
            ended += assembler.take(event)
        }
        ended += assembler.advance(to: Clocks.monotonicNanoseconds)
        observe(ended)
    }

    mutating func observe(_ new: [AssembledObservation], isLast: Bool = false) {
        let (now, book) = (Clocks.monotonicMicroseconds, witness.book)
        queue.put(new, at: now)
        for assembled in queue.take(at: isLast ? .max : now, awaitsPlace: { $0.awaitsPlace(in: book) }) {
            let observation = assembled.observation(by: witness.book, commands, &passed)
            // Woken again: what is counted now is due before anything else may be.
            let isTaken = witness.hand { [wake = witness.wake] monitor in
                monitor.observe(observation)
                wake.signal()
            }
            // Told with the next check: one record each would only make the queue longer.
            if !isTaken { untold += 1 }
        }
    }

    private func writeWhatIsDue() {
        let now = Clocks.monotonicMicroseconds
        guard let next = witness.monitor.nextObservations, next <= now, witness.beginWriting() else { return }
        let isTaken = witness.hand { [witness] monitor in
            monitor.writeObservations(at: now)
            witness.endWriting()
        }
        if !isTaken { witness.endWriting() }
    }

    // MARK: The end

    private mutating func end() {
        // What comes after this the last look may not have seen.
        var last = SightFile.Look.now
        read()
        // What was lost or switched off since the last check is told too: nobody else will look at it.
        if witness.intake.withLock({ $0 != nil }) { lookAfterSight(at: Clocks.monotonicMicroseconds, isLast: true) }
        // What that has read, too: whoever takes the buffers over begins behind it.
        read(isLast: true)
        observe(assembler.finish(), isLast: true)
        if !isBlind {
            last.isEnd = true
            witness.file.note(last)
        }
        tell([])
        opens?.end()
        giveUpProbes(isEnd: true)
    }
}
