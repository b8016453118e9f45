/// Events that happened and were not traced, since the witness began.
public struct MissedCounts: Hashable, Sendable {
    /// Lost in each processor's buffer: overwritten, or without room.
    public var inBuffers: [Int: UInt64]
    /// Missed by each probe, by the event's name: the kernel could not run it at that moment.
    public var byProbes: [String: UInt64]
    /// Reads that our program could not tell.
    public var reads: UInt64
    /// Writers whom our programs could not tell.
    public var writers: UInt64

    /// Counts from their parts.
    public init(
        inBuffers: [Int: UInt64] = [:], byProbes: [String: UInt64] = [:], reads: UInt64 = 0, writers: UInt64 = 0
    ) {
        self.inBuffers = inBuffers
        self.byProbes = byProbes
        self.reads = reads
        self.writers = writers
    }

    /// All by which a read may go unseen.
    public var total: UInt64 {
        inBuffers.values.reduce(0, &+) &+ byProbes.values.reduce(0, &+) &+ reads
    }
}
