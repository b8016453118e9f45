internal import DOELinux
package import DOEWords

// Whether they still see.
extension Instruments {
    /// How often all is compared with how it was left, microseconds.
    static let checkInterval: UInt64 = 30_000_000

    /// When to check next; CLOCK_MONOTONIC, microseconds.
    package var nextCheck: UInt64 { min(nextLook, canary?.nextDeadline ?? .max) }

    /// What a look of the arms at themselves has found (``Arms/check()``), with what is seen from here. Whoever calls
    /// it makes a pass before, so that a canary that was seen counts.
    package func check(_ report: ArmsReport, now: UInt64 = Clocks.monotonicMicroseconds) -> [ProbeFinding] {
        nextLook = now &+ Self.checkInterval
        take(report)
        waitForNewProcessors()
        let events = probes.map { (event: $0.event, role: $0.role) }
        // What is gone is gone; what comes is seen.
        let toBuffers = ((try? reader.damage()) ?? []).map { damage in
            ArmsReport.Finding(
                obstacle: Obstacle(damage.problem, remedy: damage.remedy), extent: damage.extent(of: events),
                isMended: true)
        }
        var findings = (report.findings + toBuffers).map { finding in
            ProbeFinding(
                obstacle: finding.obstacle, extent: finding.extent, isMended: finding.isMended,
                unseenSince: lastAllRight)
        }
        if let canary {
            findings += canary.losses(at: now, lostEvents: lostEvents).map { $0.finding(at: canary.function.address) }
        }
        // What was put right is right from now on.
        if findings.allSatisfy(\.isMended) { lastAllRight = now }
        return findings
    }

    /// Whether the canary is to be read now, and at which function and by which thread.
    package func dueCanary(now: UInt64) -> (function: FunctionAddress, thread: Int32)? {
        guard let canary, canary.isDue(at: now) else { return nil }
        // Told of for this one read alone: it lies on every read of a config file.
        isCanaryArmed = true
        return (canary.function.address, canary.reader)
    }

    /// Has it read; the arms let it be told of by then.
    package func readCanary(now: UInt64) {
        _ = canary?.read(at: now, lostEvents: lostEvents)
    }

    /// Whether what is there for the canary's read alone can be taken away, since it was seen; once.
    package func takeSeenCanary() -> Bool {
        guard isCanaryArmed, let canary, !canary.isWaiting else { return false }
        isCanaryArmed = false
        return true
    }

    /// An event of the canary was decoded: whose read it was, and when it began, nanoseconds.
    func sawCanary(by thread: Int32, at time: UInt64) {
        canary?.saw(readBy: thread, at: time / 1000, by: .probes)
    }

    /// Takes what a program has told of a read, where it was at the canary's function.
    func tookCanary(_ event: TracedEvent) -> Bool {
        guard case .read(let function, _) = event.access, function == canary?.function.address else { return false }
        canary?.saw(readBy: event.thread, at: event.time / 1000, by: .program)
        return true
    }

    private var lostEvents: UInt64? { try? missed().total }
}
