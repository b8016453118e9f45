internal import DOELinux
package import DOEWords

/// The trace as it is read: pages into events, in order of their time, without the canary's and our own.
///
/// Not only the witness' thread reads: a mailbox that asks for others' writes reads what there is by then.
package struct TraceIntake {
    /// How many comparisons of writes must agree before a difference is told.
    package static let comparisons = WriteTally.comparisons
    /// How often each processor's pages are asked for in one pass.
    private static let roundsOfPass = 16

    /// What writes the trace.
    package let instruments: Instruments
    private var decoder: EventDecoder
    private var merger = TraceMerger()
    private var generation: Int
    /// Events that nobody has looked at yet, in order.
    private var events: [TracedEvent] = []
    /// What was there and could not be read: damaged pages, and events of an unknown form.
    private(set) var unreadable: UInt64 = 0
    /// When the last pass began, nanoseconds: what was traced before has been read.
    package private(set) var lastPass: UInt64 = 0
    private var counted: MissedCounts
    /// What was traced before, nanoseconds, nobody can tell from what a daemon that was killed has done itself.
    private let begins: UInt64
    private var countedUnreadable: UInt64 = 0
    private var tally: WriteTally
    private var lastWrites = LastWrites()
    /// With what is watched, and how much could not be read, when the tally began; `nil` before.
    private var tallied: (watch: Int, unreadable: UInt64)?

    /// An intake that has read nothing yet.
    package init(_ instruments: Instruments) throws(Obstacle) {
        self.instruments = instruments
        decoder = EventDecoder(instruments.headerPage)
        generation = instruments.formatGeneration
        tally = WriteTally(countedBy: instruments.writeWays)
        counted = instruments.missedBefore
        begins = instruments.handover.map { $0.isOrderly ? 0 : $0.since } ?? 0
        try learn()
    }

    /// Hears who writes, and when that write was traced, nanoseconds, where it is known which one it was.
    package typealias Told = (_ writer: Writer, _ wrote: UInt64?) -> Void

    /// Takes an event that is the daemon's own doing, so that it is not put together; called once for each event.
    package typealias Claim = (TracedEvent) -> Bool

    /// Reads what there is, without waiting. `told` hears who writes before `claim` is called for the writes. The last
    /// time none waits for something older.
    package mutating func pass(isLast: Bool = false, claim: Claim, told: Told) throws(Obstacle) {
        let began = Clocks.monotonicNanoseconds
        defer { lastPass = began }
        if generation != instruments.formatGeneration { try learn() }
        var read: [TracedEvent] = []
        var writers: [Writer] = []
        // Not for ever: what somebody else lets into our buffers may come as fast as it is read.
        for _ in 0..<Self.roundsOfPass {
            let arePages = try instruments.pass { page, processor in
                let first = read.count
                if decoder.decode(page: page, into: &read).damage != nil { unreadable += 1 }
                for event in read[first...] where instruments.isCounted(event) { tally.saw(on: processor) }
            }
            let areRecords = instruments.passPrograms { content in
                switch content {
                case .read(let begun, let ended): if !instruments.tookCanary(begun) { read += [begun, ended] }
                case .writer(let writer): writers.append(writer)
                }
            }
            guard arePages || areRecords else { break }
        }
        for (writer, wrote) in lastWrites.told(writers, read, began: began) {
            // Where some writes are not traced, it may have been one of these.
            told(writer, instruments.seesRegistersOnly ? nil : wrote)
        }
        for event in merger.merge(read, began: isLast ? .max : began) where event.time >= begins {
            if case .canary = event.access {
                instruments.sawCanary(by: event.thread, at: event.time)
            } else if !claim(event) {
                events.append(event)
            }
        }
    }

    /// When something that was read can be given, since nothing older can come then; nanoseconds.
    package var nextTime: UInt64? { merger.nextTime }

    /// The events that were read since this was asked last.
    package mutating func takeEvents() -> [TracedEvent] {
        defer { events = [] }
        return events
    }

    /// How many events were lost since this was asked last, and where.
    package mutating func takeLost() throws(Obstacle) -> [(count: UInt64, place: String)] {
        let now = try instruments.missed()
        var lost: [(count: UInt64, place: String)] = []
        for (processor, count) in now.inBuffers.sorted(by: { $0.key < $1.key }) {
            lost.append((count &- (counted.inBuffers[processor] ?? 0), "the trace buffer of processor \(processor)"))
        }
        for (event, count) in now.byProbes.sorted(by: { $0.key < $1.key }) {
            lost.append((count &- (counted.byProbes[event] ?? 0), "the probe \(event)"))
        }
        lost.append((now.reads &- counted.reads, "our program for reads"))
        lost.append((now.writers &- counted.writers, "our programs for writers"))
        lost.append((allUnreadable - countedUnreadable, "pages and events that could not be read"))
        counted = now
        countedUnreadable = allUnreadable
        return lost.filter { $0.count > 0 }
    }

    private var allUnreadable: UInt64 {
        unreadable + instruments.unreadableRecords + decoder.unreadable.values.reduce(0, +)
    }

    /// Compares the writes that the kernel counted with those that were traced: what of them nobody saw, and where.
    /// Takes a pass between two counts.
    package mutating func compareWrites(
        claim: Claim, told: Told
    ) throws(Obstacle) -> [(count: UInt64, place: String)] {
        guard !instruments.writeWays.isEmpty else { return [] }
        let before = try instruments.writeCounts()
        try pass(claim: claim, told: told)
        let (after, lost) = (try instruments.writeCounts(), try instruments.missed().inBuffers)
        // What could not be read may have been a write.
        guard let tallied, tallied == (instruments.watchGeneration, allUnreadable) else {
            tally.begins(before: before, after: after, lost: lost)
            self.tallied = (instruments.watchGeneration, allUnreadable)
            return []
        }
        let finding = tally.compare(before: before, after: after, lost: lost)
        var places: [(count: UInt64, place: String)] = []
        for (processor, count) in finding.unseen.sorted(by: { $0.key < $1.key }) {
            places.append((count, "the trace of processor \(processor), of writes that our program counted there"))
        }
        places.append((finding.unseenAnywhere, "the trace, of writes that our programs counted"))
        places.append((finding.untold, "our programs for writers, so that nobody knows who wrote"))
        return places.filter { $0.count > 0 }
    }

    private mutating func learn() throws(Obstacle) {
        decoder.forget()
        for probe in instruments.probes {
            do throws(TraceFormatError) {
                try decoder.learn(EventFormat(probe.format), as: probe.role)
            } catch {
                throw Obstacle(error)
            }
        }
        generation = instruments.formatGeneration
    }
}
