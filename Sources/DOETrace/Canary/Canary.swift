internal import DOELinux
internal import DOEWords

/// Reads of our own, on one processor after the other, by which is seen whether the probes and the program for reads
/// work: a trace can be narrowed to some processors alone. Times in microseconds, CLOCK_MONOTONIC.
final class Canary {
    /// What is to see a read.
    enum Sight: Hashable, CaseIterable {
        case probes
        case program
    }

    /// A read that was not seen.
    struct Loss: Hashable {
        let sight: Sight
        let processor: Int
        /// When one was seen last.
        let lastSeen: UInt64
    }

    let function: CanaryFunction
    private let thread: CanaryThread
    private var turn = ProcessorTurn()
    private var watches: [Sight: CanaryWatch]
    /// How many events had been lost when the last read was asked for; `nil` where that is not known.
    private var lostBefore: UInt64?

    init(_ function: CanaryFunction, seenBy sights: Set<Sight>, at now: UInt64) throws(LinuxError) {
        self.function = function
        thread = try CanaryThread()
        watches = Dictionary(uniqueKeysWithValues: sights.map { ($0, CanaryWatch(at: now)) })
    }

    /// The thread that reads, as the kernel numbers it.
    var reader: Int32 { thread.number }

    /// Whether a read is under way that somebody has still to see.
    var isWaiting: Bool { watches.values.contains(where: \.isWaiting) }

    /// When there is something to do next.
    var nextDeadline: UInt64 { watches.values.map(\.nextDeadline).min() ?? .max }

    /// A read was seen that began then. One by another thread is none of ours.
    func saw(readBy thread: Int32, at time: UInt64, by sight: Sight) {
        guard thread == self.thread.number else { return }
        watches[sight]?.saw(readAt: time)
    }

    /// Reads that should have been seen by now, each told until another one at the same processor is seen.
    /// `lostEvents` is how many events were lost until now: where some were, that is told as such, and this may be
    /// one of them.
    func losses(at now: UInt64, lostEvents: UInt64?) -> [Loss] {
        let outcome = thread.takeOutcome()
        var losses: [Loss] = []
        for sight in Sight.allCases {
            guard var watch = watches[sight] else { continue }
            switch outcome {
            case .read(let began)?: watch.didRead(at: began)
            case .failed?: watch.couldNotRead()
            case nil: break
            }
            if watch.isLost(at: now), lostEvents == nil || lostEvents != lostBefore { watch.excuse() }
            if watch.isUnanswered, let processor = turn.current {
                losses.append(Loss(sight: sight, processor: processor, lastSeen: watch.lastSeen))
            }
            watches[sight] = watch
        }
        turn.isHeld = !losses.isEmpty
        return losses
    }

    /// Whether the next read is due.
    func isDue(at now: UInt64) -> Bool { watches.values.contains { $0.isDue(at: now) } }

    /// Asks for a read on the processor whose turn it is. `false` where there is none to which the thread can go.
    func read(at now: UInt64, lostEvents: UInt64?) -> Bool {
        lostBefore = lostEvents
        for sight in watches.keys { watches[sight]?.willRead(at: now) }
        let processors = Self.processors
        for _ in processors {
            let wasHeld = turn.isHeld
            guard let processor = turn.next(of: processors) else { break }
            // What was not seen there can be tried no more.
            if wasHeld, !turn.isHeld { forgive(at: now) }
            if thread.read(function, on: processor) { return true }
            turn.isHeld = false
        }
        for sight in watches.keys { watches[sight]?.couldNotRead() }
        return false
    }

    /// The processor of the last read.
    var processor: Int? { turn.current }

    /// Waits until the last read was made; for tests.
    func waitForRead() { thread.waitForRead() }

    /// Ends the thread; once.
    func end() { thread.end() }

    private func forgive(at now: UInt64) {
        for sight in watches.keys {
            watches[sight]?.excuse()
            watches[sight]?.willRead(at: now)
        }
    }

    /// One that is kept free for a program of its own is not disturbed, unless there is no other.
    private static var processors: [Int] {
        let (online, isolated) = (Processors.online, Set(Processors.isolated))
        let free = online.filter { !isolated.contains($0) }
        return free.isEmpty ? online : free
    }
}

extension Canary.Loss {
    /// What is wrong, where and since when.
    func finding(at function: FunctionAddress) -> ProbeFinding {
        switch sight {
        case .probes:
            ProbeFinding(
                obstacle: Obstacle(
                    "the witness' probes do not fire on processor \(processor): its own read of \(function) was not seen",
                    remedy: "see whether /sys/kernel/debug/kprobes/enabled says 0, and who switched them off"),
                extent: .blind, isMended: false, unseenSince: lastSeen)
        case .program:
            ProbeFinding(
                obstacle: Obstacle(
                    "the witness' program for reads does not run on processor \(processor): its own read of "
                        + "\(function) was not told of",
                    remedy: "see whether kernel.ftrace_enabled says 0; else restart doe-auditd, so that it hands its "
                        + "programs to the kernel anew"),
                extent: .partly(WitnessPrograms.roles), isMended: false, unseenSince: lastSeen)
        }
    }
}
