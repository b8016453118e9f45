public import DOEWords

/// Puts traced accesses back together into exchanges. Pure: it is told what happened, in order of time, and what time
/// it is.
///
/// It knows nothing of processes, and tells nothing of this daemon's own accesses: whoever feeds it has taken those
/// out. What it keeps is bounded, whatever it is fed.
public struct Assembler: Sendable {
    /// Whether this kernel shows the values that are read. Where it does not, an exchange has no response.
    package var showsReads: Bool {
        didSet {
            for (function, watched) in mailboxes {
                for place in watched.indices { mailboxes[function]?[place].processes.showsReads = showsReads }
            }
        }
    }
    /// Responses of the kernel's exchanges whose requests were not seen.
    var responsesWithoutRequest: UInt64 = 0

    let isLent: @Sendable (FunctionAddress) -> Bool
    var mailboxes: [FunctionAddress: [WatchedMailbox]] = [:]
    var files = OpenFileWrites()
    var reads = RecentTable<(function: FunctionAddress, offset: UInt16)>(capacity: AssemblyLimits.threads)
    var runs = OtherWriteRuns()
    var kernelExchanges = KernelExchanges()
    /// Nothing is due before.
    private var earliest: UInt64?
    private var now: UInt64 = 0

    /// An assembler that watches nothing yet. `isLent` says whether a function is lent to a guest; it is asked for each
    /// write that came through no file.
    public init(showsReads: Bool, isLent: @escaping @Sendable (FunctionAddress) -> Bool) {
        self.showsReads = showsReads
        self.isLent = isLent
    }

    /// Watches these mailboxes, by the offsets of their capabilities, and no others. What is open at others ends.
    public mutating func watch(_ functions: [FunctionAddress: [UInt16]]) -> [AssembledObservation] {
        var observations: [AssembledObservation] = []
        for (function, watched) in mailboxes {
            for mailbox in watched where functions[function]?.contains(mailbox.capability) != true {
                observations += finish(mailbox, of: function)
            }
        }
        let isGone = { (function: FunctionAddress) in functions[function] == nil }
        observations += kernelExchanges.finish(isGone).map(abandoned)
        observations += runs.finish(isGone).map(observation)
        var kept: [FunctionAddress: [WatchedMailbox]] = [:]
        for (function, capabilities) in functions {
            kept[function] = capabilities.map { capability in
                mailboxes[function]?.first { $0.capability == capability }
                    ?? WatchedMailbox(function, capability, showsReads: showsReads)
            }
        }
        mailboxes = kept
        return inOrder(observations)
    }

    /// Takes the next event; what ends by it, or has ended for want of it.
    public mutating func take(_ event: TracedEvent) -> [AssembledObservation] {
        let overdue = advance(to: event.time)
        // No limit is shorter, so nothing that begins now is due before; the exact time is found then.
        if event.access.canBegin { earliest = min(earliest ?? .max, event.time.later(by: AssemblyLimits.shortest)) }
        return overdue + handle(event)
    }

    /// What has ended because nothing more came.
    package mutating func advance(to time: UInt64) -> [AssembledObservation] {
        now = max(now, time)
        guard let earliest, earliest <= now else { return [] }
        var observations = kernelExchanges.advance(to: now).map(abandoned)
        for (function, watched) in mailboxes {
            for place in watched.indices {
                observations += sweep(function, place)
            }
        }
        observations += runs.advance(to: now).map(observation)
        self.earliest = deadline
        return inOrder(observations)
    }

    /// When `advance` is to be called next, CLOCK_MONOTONIC in nanoseconds; `nil` while nothing is open. It may be that
    /// nothing is due then, and a later time is given.
    package var nextWake: UInt64? { earliest }

    /// Events were lost: of what is open nobody can say any more whether it is whole.
    package mutating func eventsWereMissed() {
        for (function, watched) in mailboxes {
            for place in watched.indices {
                mailboxes[function]?[place].processes.doubt()
                mailboxes[function]?[place].kernel.doubt()
            }
        }
    }

    /// Ends all that is open, as far as it has come.
    public mutating func finish() -> [AssembledObservation] {
        let functions = mailboxes.mapValues { $0.map(\.capability) }
        let observations = watch([:])
        _ = watch(functions)
        earliest = nil
        return observations
    }

    /// The mailbox that a register belongs to. Not the mailbox itself: what is held twice is copied when it changes,
    /// and a request can be long.
    func place(of offset: UInt16, at function: FunctionAddress) -> (index: Int, capability: UInt16)? {
        guard let index = mailboxes[function]?.firstIndex(where: { $0.processes.contains(offset) }) else { return nil }
        return mailboxes[function].map { (index, $0[index].capability) }
    }

    private mutating func sweep(_ function: FunctionAddress, _ place: Int) -> [AssembledObservation] {
        guard var mailbox = mailboxes[function]?[place], !(mailbox.processes.isIdle && mailbox.kernel.isIdle) else {
            return []
        }
        let outcomes = [mailbox.processes.advance(to: now), mailbox.kernel.advance(to: now)]
        mailboxes[function]?[place] = mailbox
        return outcomes.flatMap { settle($0, of: function) }
    }

    private mutating func finish(_ mailbox: WatchedMailbox, of function: FunctionAddress) -> [AssembledObservation] {
        var mailbox = mailbox
        return [mailbox.processes.finish(), mailbox.kernel.finish()].flatMap { settle($0, of: function) }
    }

    private var deadline: UInt64? {
        var times = [kernelExchanges.deadline, runs.deadline]
        for watched in mailboxes.values {
            for mailbox in watched { times += [mailbox.processes.deadline, mailbox.kernel.deadline] }
        }
        return times.compactMap { $0 }.min()
    }

    private func inOrder(_ observations: [AssembledObservation]) -> [AssembledObservation] {
        observations.count < 2 ? observations : observations.sorted { ($0.ended, $0.began) < ($1.ended, $1.began) }
    }
}
