package import DOEWords

/// How the arms stand: all that who reads needs to know, and nothing by which anything can be changed.
package struct ArmsReport: Hashable, Sendable {
    /// A probe that the kernel has taken, as its reader needs it.
    package struct Probe: Hashable, Sendable {
        package let role: ProbeRole
        /// The event's name within our group.
        package let event: String
        /// The event's `format` file: where its fields are, and its number, another one after it was added anew.
        package let format: String

        package init(role: ProbeRole, event: String, format: String) {
            (self.role, self.event, self.format) = (role, event, format)
        }
    }

    /// Something that was not as it was left.
    package struct Finding: Hashable, Sendable {
        /// What, and what to do.
        package let obstacle: Obstacle
        /// How much of the sight it took.
        package let extent: ProbeFinding.Extent
        /// Whether it was put right.
        package let isMended: Bool

        package init(obstacle: Obstacle, extent: ProbeFinding.Extent, isMended: Bool) {
            (self.obstacle, self.extent, self.isMended) = (obstacle, extent, isMended)
        }
    }

    /// What the kernel counted of what it could not run, since it was armed.
    package struct Misses: Hashable, Sendable {
        /// By the event's name.
        package var byProbes: [String: UInt64]
        /// Of the program for reads.
        package var reads: UInt64

        package init(byProbes: [String: UInt64] = [:], reads: UInt64 = 0) {
            (self.byProbes, self.reads) = (byProbes, reads)
        }
    }

    /// What was lost since it was armed.
    package struct Losses: Hashable, Sendable {
        /// In each processor's buffer, in the order of the processors.
        package var inBuffers: [UInt64]
        /// What could not be run.
        package var misses: Misses
        /// Reads of which our programs told, and for which there was no room.
        package var reads: UInt64
        /// Writers likewise.
        package var writers: UInt64

        package init(inBuffers: [UInt64] = [], misses: Misses = Misses(), reads: UInt64 = 0, writers: UInt64 = 0) {
            (self.inBuffers, self.misses, self.reads, self.writers) = (inBuffers, misses, reads, writers)
        }
    }

    /// What who takes over has to know of the reader before him.
    package struct Handover: Hashable, Sendable {
        /// From when on nobody read, by the trace's clock, nanoseconds.
        package var since: UInt64
        /// Whether the reader before went in order, with all told that he had read. Else of what was traced before
        /// `since` nobody can say what was ours.
        package var isOrderly: Bool
        /// Whether all that is watched now was watched all the while.
        package var isWatchWhole: Bool
        /// What was lost, as it was told already.
        package var told: Losses
        /// How many events were read of each processor's buffer, in the order of the processors.
        package var read: [UInt64]

        package init(
            since: UInt64, isOrderly: Bool, isWatchWhole: Bool = true, told: Losses = Losses(), read: [UInt64] = []
        ) {
            (self.since, self.isOrderly, self.isWatchWhole) = (since, isOrderly, isWatchWhole)
            (self.told, self.read) = (told, read)
        }

        /// Whether nothing went by: what happened meanwhile lies in the buffers, or is counted as lost.
        package var isWhole: Bool { isOrderly && isWatchWhole }
    }

    /// What the ring buffer's pages begin with (`header_page`).
    package var headerPage: String
    /// The processors that have a buffer, in their order.
    package var processors: [Int]
    /// What the kernel took.
    package var probes: [Probe]
    /// Functions that this kernel does not have, or that cannot be probed: why not.
    package var missing: [String: String]
    /// In which ways our programs count writes; `nil` where the kernel has none of them.
    package var ways: Set<WriterProgram.Way>?
    /// What is watched.
    package var watched: [WatchedFunction]
    /// Of what should be watched and is not: why not.
    package var unwatched: [Obstacle] = []
    /// Whether there are so many functions that the filters leave out writes beside the mailboxes' registers.
    package var seesRegistersOnly: Bool
    /// What the kernel did not take, so that less is seen.
    package var notes: [Obstacle]
    /// What was found at this look.
    package var findings: [Finding] = []
    /// `nil` where the kernel did not say.
    package var misses: Misses?
    /// `nil` where it was armed anew.
    package var handover: Handover?

    package init(
        headerPage: String, processors: [Int], probes: [Probe], missing: [String: String],
        ways: Set<WriterProgram.Way>?, watched: [WatchedFunction], seesRegistersOnly: Bool, notes: [Obstacle]
    ) {
        self.headerPage = headerPage
        self.processors = processors
        self.probes = probes
        self.missing = missing
        self.ways = ways
        self.watched = watched
        self.seesRegistersOnly = seesRegistersOnly
        self.notes = notes
    }
}
