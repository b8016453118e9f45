internal import DOEAssembly
internal import DOELinux
internal import DOEMonitor
internal import DOETrace
internal import DOEWords
internal import PCIConfig
internal import Synchronization

// What it looks at, and with what: devices that come and go, probes that are added and taken away.
extension WitnessLoop {
    /// Which devices come and go. Without that the witness works, and knows less.
    mutating func listen() {
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
    mutating func lookAtFunctions() {
        do throws(LinuxError) {
            let found = try witness.host.look()
            unread = found.unread
            // Files are new where a function went and came back: a mark that is there already costs nothing.
            for function in found.watched { opens?.add(function.address, on: witness.pciHost) }
            guard found.watched != watched || isWatchIncomplete else { return tellTroubles() }
            watched = found.watched
        } catch {
            unread = [Obstacle(error)]
            return tellTroubles()
        }
        for function in watched {
            for mailbox in function.mailboxes { witness.watch.follow(.real(function.address, offset: mailbox)) }
        }
        watch()
        let ended = assembler.watch(
            Dictionary(watched.map { ($0.address, $0.mailboxes) }, uniquingKeysWith: { first, _ in first }))
        observe(ended)
        tellTroubles()
    }

    /// Has all of that watched, where there are probes.
    private mutating func watch() {
        guard let arms = witness.intake.withLock({ $0?.instruments.arms }) else { return }
        do throws(Obstacle) {
            let report = try arms.watch(watched)
            witness.intake.withLock { $0?.instruments.take(report) }
        } catch {
            loseSight(error)
        }
    }

    /// Adds the probes, where there are none yet. What is announced meanwhile needs no event.
    mutating func startIfDue() {
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

    mutating func begin() throws(Obstacle) {
        guard ProcessNamespace.isFirst == true else {
            throw Obstacle(
                "the numbers of processes are others here than in the kernel's trace: this is a pid namespace",
                remedy: "start the container with --pid=host, or the daemon on the host itself")
        }
        let (watched, witness, poll) = (watched, witness, poll)
        // It takes seconds, and no exchange waits for it: there is nothing to look at yet.
        witness.isChanging.store(true, ordering: .releasing)
        defer { witness.isChanging.store(false, ordering: .releasing) }
        let armed = try witness.arming.arm(watched)
        let (showsReads, tellsWriters): (Bool, Bool)
        do throws(Obstacle) {
            (showsReads, tellsWriters) = try witness.intake.withLock { intake throws(Obstacle) in
                let instruments = try Instruments(armed, watching: watched, on: witness.pciHost)
                do throws(Obstacle) {
                    if let poll { try instruments.wait(in: poll, token: Witness.Token.trace.rawValue) }
                    intake = try TraceIntake(instruments)
                } catch {
                    instruments.close(poll)
                    throw error
                }
                return (instruments.roles.contains(.readEnded), instruments.tellsWriters)
            }
        } catch {
            try? armed.arms.disarm()
            throw error
        }
        assembler.showsReads = showsReads
        if !tellsWriters { hearWhoOpens() }
        // What was written before there were probes nobody could have shown; what some of them have shown is still
        // ours.
        witness.watch.own.excuse()
        lastRight = Clocks.monotonicMicroseconds
        let now = SightFile.Look.now
        let last = witness.file.lastLook
        if case .unknown(let obstacle) = last { trouble(obstacle) }
        let (unseenSince, cause) = now.begins(after: last, armsOf: armed.report.handover)
        told(witness.keeper.withLock { $0.begins(at: now.wall, unseenSince: unseenSince, cause) })
        witness.file.note(now)
        tellTroubles()
    }

    /// Where the kernel does not say who writes: who opens what is watched is known before he writes. Without that
    /// the witness works, and knows less.
    mutating func hearWhoOpens() {
        guard opens == nil else { return }
        do throws(LinuxError) {
            opens = try OpenListener(witness.source.openNotices(), witness.book)
        } catch {
            trouble(Obstacle("processes that end at once may stay unknown: \(error.problem)", remedy: error.remedy))
        }
        for function in watched { opens?.add(function.address, on: witness.pciHost) }
    }

    /// Closes what is read. Where it is the end, in order and with open eyes, whoever keeps the probes for the next daemon
    /// may.
    func giveUpProbes(isEnd: Bool = false) {
        witness.isChanging.store(true, ordering: .releasing)
        defer { witness.isChanging.store(false, ordering: .releasing) }
        let arms = witness.intake.withLock { intake in
            intake?.instruments.close(poll)
            return intake.take()?.instruments.arms
        }
        // What is left is found and taken away by the next start.
        if isEnd, !isBlind { try? arms?.leave() } else { try? arms?.disarm() }
    }
}
